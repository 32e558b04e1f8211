/**
 * Up to here looking for each name in turn is quicker than looking up every text of a line.
 */
const fewNames = 8;

/**
 * Tells of a canonical JSON line whether it may hold one of the names as a text; never false for one
 * that does. Costs no parse, and nothing that grows with the names from a few on.
 */
export function buildLineFilter(names: readonly string[]): (line: string) => boolean {
  const quoted = [...new Set(names)].map((name) => JSON.stringify(name));
  // A name without escapes stands between two quotes with none in between, wherever texts begin.
  const plain = quoted.filter((text) => !text.includes('\\'));
  const searched = plain.length > fewNames ? quoted.filter((text) => text.includes('\\')) : quoted;
  const lookedUp = new Set(plain.length > fewNames ? plain.map((text) => text.slice(1, -1)) : []);
  const lengths = new Set([...lookedUp].map((name) => name.length));
  return (line) => {
    if (searched.some((text) => line.includes(text))) return true;
    return lookedUp.size > 0 && hasPiece(line, lookedUp, lengths);
  };
}

function hasPiece(line: string, names: ReadonlySet<string>, lengths: ReadonlySet<number>): boolean {
  let start = line.indexOf('"') + 1;
  while (start > 0) {
    const end = line.indexOf('"', start);
    if (end < 0) return false;
    if (lengths.has(end - start) && names.has(line.slice(start, end))) return true;
    start = end + 1;
  }
  return false;
}
