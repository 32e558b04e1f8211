/** What the compiler of patterns says, shortened. */
export function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/^error parsing regexp: /, '').slice(0, 200);
}
