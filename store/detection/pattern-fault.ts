const lookAround = /\(\?<?[=!]/;
const lengthAtMost = 120;

/** Why a pattern cannot be compiled, in words; of the pattern itself the place that matters at most. */
export function reasonOf(error: unknown, source = ''): string {
  const found = lookAround.exec(source)?.[0];
  if (found !== undefined) return `look-around, ${found}…), is not in RE2 syntax`;
  const message = error instanceof Error ? error.message : String(error);
  const plain = message.replace(/^error parsing regexp: /, '');
  return plain.length <= lengthAtMost ? plain : `${plain.slice(0, lengthAtMost)}…`;
}
