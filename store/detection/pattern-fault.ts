import { shorten } from '../../schemas/shorten';

const lookAround = /\(\?<?[=!]/;

/** Why a pattern cannot be compiled, in words; of the pattern itself the place that matters at most. */
export function reasonOf(error: unknown, source = ''): string {
  const found = lookAround.exec(source)?.[0];
  if (found !== undefined) return `look-around, ${found}…), is not in RE2 syntax`;
  const message = error instanceof Error ? error.message : String(error);
  return shorten(message.replace(/^error parsing regexp: /, ''), 120);
}
