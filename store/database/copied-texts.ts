const headerBytes = 19;
const lineEnd = Buffer.from('\n');

/**
 * The values of a `COPY … TO STDOUT (FORMAT binary)` of one text column without nulls, each with a
 * line end behind it, in the pieces they come in: binary, as PostgreSQL would look at every character
 * of a text format.
 */
export async function* copiedTexts(
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<Buffer, void, undefined> {
  let begun: Buffer = Buffer.alloc(0);
  let toSkip = headerBytes;
  let left = 0;
  for await (const chunk of chunks) {
    const data = begun.length === 0 ? toBuffer(chunk) : Buffer.concat([begun, chunk]);
    begun = Buffer.alloc(0);
    let at = Math.min(toSkip, data.length);
    toSkip -= at;
    while (at < data.length) {
      if (left === 0) {
        // How many columns, how long the one is; the end says two bytes only, which are left over.
        if (data.length - at < 6) {
          begun = data.subarray(at);
          break;
        }
        left = data.readInt32BE(at + 2);
        at += 6;
      }
      const piece = data.subarray(at, at + left);
      at += piece.length;
      left -= piece.length;
      yield piece;
      if (left === 0) yield lineEnd;
    }
  }
}

function toBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
