import { describe, expect, it } from '@jest/globals';
import { CopyWriter } from '../../../../store/catalog/copy-writer';

describe('the writer of binary COPY rows', () => {
  it('RUN-17 gives the same bytes wherever its chunks end', () => {
    const writer = new CopyWriter();
    const chunks: Buffer[] = [];
    const texts = ['', '订单', 'x'.repeat(300_000), '𠮷'.repeat(2_000), 'y'.repeat(131_030)];
    for (const text of texts) {
      writer.row(2);
      expect(writer.textBytes(text).toString('utf8')).toBe(text);
      writer.textArray([text, null]);
      chunks.push(...writer.take());
    }
    chunks.push(...writer.end());
    expect(readTexts(Buffer.concat(chunks))).toEqual(texts);
  });

  it('RUN-17 writes the header and the trailer of an empty COPY', () => {
    expect(Buffer.concat(new CopyWriter().end()).toString('hex')).toBe(
      '5047434f50590aff0d0a000000000000000000ffff',
    );
  });
});

/** Reads the first column back and checks the second by its lengths. */
function readTexts(copy: Buffer): string[] {
  const texts: string[] = [];
  let at = 19;
  while (copy.readInt16BE(at) === 2) {
    const size = copy.readInt32BE(at + 2);
    const text = copy.toString('utf8', at + 6, at + 6 + size);
    const arrayAt = at + 6 + size;
    const arraySize = copy.readInt32BE(arrayAt);
    expect(arraySize).toBe(20 + 4 + size + 4);
    expect(copy.readInt32BE(arrayAt + 4 + 20)).toBe(size);
    expect(copy.readInt32BE(arrayAt + arraySize)).toBe(-1);
    texts.push(text);
    at = arrayAt + 4 + arraySize;
  }
  expect(copy.readInt16BE(at)).toBe(-1);
  expect(at + 2).toBe(copy.length);
  return texts;
}
