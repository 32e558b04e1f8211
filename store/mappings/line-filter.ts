/** From more names on a pattern of all of them is slower than looking up every text of a line. */
const mostInPattern = 1000;

/**
 * Tells of a canonical JSON line whether it may hold one of the names as a text; never false for one
 * that does. Costs no parse, and hardly more for many names than for one.
 */
export function buildLineFilter(names: readonly string[]): (line: string) => boolean {
  // In canonical JSON a text is written in one way only, that of JSON.stringify.
  const written = [...new Set(names)].map((name) => JSON.stringify(name).slice(1, -1));
  if (written.length <= mostInPattern) return buildPattern(written);
  const mayHoldEscaped = buildPattern(written.filter((text) => text.includes('\\')));
  const mayHoldPlain = buildLookup(written.filter((text) => !text.includes('\\')));
  return (line) => mayHoldPlain(line) || mayHoldEscaped(line);
}

function buildPattern(texts: readonly string[]): (line: string) => boolean {
  if (texts.length === 0) return () => false;
  const escaped = texts.map((text) => text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&'));
  const pattern = new RegExp(`"(?:${escaped.join('|')})"`);
  return (line) => pattern.test(line);
}

/** A text without escapes stands between two quotes with none in between, wherever texts begin. */
function buildLookup(texts: readonly string[]): (line: string) => boolean {
  const wanted = new Set(texts);
  const lengths = new Set(texts.map((text) => text.length));
  return (line) => {
    let start = line.indexOf('"') + 1;
    while (start > 0) {
      const end = line.indexOf('"', start);
      if (end < 0) return false;
      if (lengths.has(end - start) && wanted.has(line.slice(start, end))) return true;
      start = end + 1;
    }
    return false;
  };
}
