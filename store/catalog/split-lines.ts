/** A line without its end; `bytes` is null where it was longer than allowed. */
export interface RawLine {
  /** Counted from 1, empty lines included. */
  readonly number: number;
  readonly bytes: Buffer | null;
}

const newline = 0x0a;
const carriageReturn = 0x0d;
const byteOrderMark = Buffer.of(0xef, 0xbb, 0xbf);

/**
 * Cuts a stream of bytes into lines, batch by batch, in memory of one chunk and one line. LF and CRLF
 * end a line, empty lines and a byte order mark at the start are left out, and of a line longer than
 * `maxLineBytes` only its number comes.
 */
export async function* splitLines(
  chunks: AsyncIterable<Buffer>,
  maxLineBytes: number,
): AsyncGenerator<RawLine[]> {
  let number = 0;
  let begun: Buffer[] = [];
  let begunBytes = 0;
  const finish = (rest: Buffer): RawLine | undefined => {
    number += 1;
    const tooLong = begunBytes + rest.length > maxLineBytes + 1;
    const line = tooLong
      ? null
      : trim(begun.length === 0 ? rest : Buffer.concat([...begun, rest]), number);
    begun = [];
    begunBytes = 0;
    if (line === null || line.length > maxLineBytes) return { number, bytes: null };
    return line.length === 0 ? undefined : { number, bytes: line };
  };
  for await (const chunk of chunks) {
    const batch: RawLine[] = [];
    let start = 0;
    for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, start)) {
      const line = finish(chunk.subarray(start, end));
      if (line !== undefined) batch.push(line);
      start = end + 1;
    }
    const rest = chunk.subarray(start);
    begunBytes += rest.length;
    // What is too long is not kept, only counted, until its end comes.
    if (begunBytes > maxLineBytes + 1) begun = [];
    else if (rest.length > 0) begun.push(rest);
    if (batch.length > 0) yield batch;
  }
  if (begunBytes > 0) {
    const last = finish(Buffer.alloc(0));
    if (last !== undefined) yield [last];
  }
}

function trim(line: Buffer, number: number): Buffer {
  const start = number === 1 && line.subarray(0, 3).equals(byteOrderMark) ? 3 : 0;
  const end = line.at(-1) === carriageReturn ? line.length - 1 : line.length;
  return line.subarray(start, end);
}
