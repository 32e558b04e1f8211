import { Readable, Writable } from 'node:stream';

/** A writable that keeps what it is given. */
export function collectOutput(): { output: Writable; content: () => Buffer } {
  const chunks: Buffer[] = [];
  const output = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(chunk);
      done();
    },
  });
  return { output, content: () => Buffer.concat(chunks) };
}

/** Opens ranges of bytes in memory, in small pieces, as a store would. */
export function openRanges(
  bytes: Buffer,
  pieceBytes = 50_000,
): (start: number, end: number) => Promise<Readable> {
  return (start, end) => {
    const pieces: Buffer[] = [];
    for (let at = start; at < end; at += pieceBytes)
      pieces.push(bytes.subarray(at, Math.min(end, at + pieceBytes)));
    return Promise.resolve(Readable.from(pieces));
  };
}
