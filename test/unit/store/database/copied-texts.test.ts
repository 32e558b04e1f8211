import { describe, expect, it } from '@jest/globals';
import { copiedTexts } from '../../../../store/database/copied-texts';

const texts = ['{"a":1}', '', '{"long":"'.padEnd(5_000, 'x'), 'é'];

describe('copiedTexts', () => {
  it.each([1, 2, 5, 7, 19, 24, 1_000, 1_000_000])(
    'REL-18 gives each text with a line end, whatever pieces it comes in (%d bytes)',
    async (pieceBytes) => {
      const read: Buffer[] = [];
      for await (const piece of copiedTexts(cut(binaryCopy(texts), pieceBytes))) read.push(piece);
      expect(Buffer.concat(read).toString('utf8')).toBe(texts.map((text) => `${text}\n`).join(''));
    },
  );

  it('REL-18 gives nothing where nothing was copied', async () => {
    for await (const piece of copiedTexts(cut(binaryCopy([]), 4))) expect(piece).toBe('nothing');
    expect.assertions(0);
  });
});

/** What PostgreSQL sends: a header, rows of one column each, a trailer. */
function binaryCopy(values: readonly string[]): Buffer {
  const header = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1');
  const rows = values.map((value) => {
    const bytes = Buffer.from(value, 'utf8');
    const start = Buffer.alloc(6);
    start.writeInt16BE(1, 0);
    start.writeInt32BE(bytes.length, 2);
    return Buffer.concat([start, bytes]);
  });
  return Buffer.concat([header, ...rows, Buffer.of(0xff, 0xff)]);
}

async function* cut(bytes: Buffer, pieceBytes: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    yield await Promise.resolve(bytes.subarray(at, at + pieceBytes));
  }
}
