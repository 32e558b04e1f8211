/** Option parser: collects an option that is given several times, or once with commas between. */
export function collect(value: string, previous: readonly string[] | undefined): string[] {
  const parts = value
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  return [...(previous ?? []), ...parts];
}
