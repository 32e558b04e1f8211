import { describe, expect, it } from '@jest/globals';
import { splitLines, type RawLine } from '../../../../store/catalog/split-lines';

async function split(text: Buffer, chunkSize: number, maxLineBytes = 100): Promise<RawLine[]> {
  async function* chunks() {
    for (let at = 0; at < text.length; at += chunkSize) {
      yield await Promise.resolve(text.subarray(at, at + chunkSize));
    }
  }
  const lines: RawLine[] = [];
  for await (const batch of splitLines(chunks(), maxLineBytes)) lines.push(...batch);
  return lines;
}

function shown(lines: readonly RawLine[]): [number, string | null][] {
  return lines.map((line) => [line.number, line.bytes?.toString('utf8') ?? null]);
}

describe('splitting lines', () => {
  const text = Buffer.from('\uFEFFfirst\r\n\n第二行\n\r\nlast');
  const expected = [
    [1, 'first'],
    [3, '第二行'],
    [5, 'last'],
  ];

  it.each([1, 2, 3, 5, 7, 1000])(
    'RUN-18 takes LF, CRLF, empty lines and a mark at the start, in chunks of %i bytes',
    async (chunkSize) => {
      expect(shown(await split(text, chunkSize))).toEqual(expected);
    },
  );

  it.each([1, 4, 10, 64])(
    'RUN-18 tells the number of a line that is too long and goes on, in chunks of %i bytes',
    async (chunkSize) => {
      const long = Buffer.from(
        `${'a'.repeat(10)}\n${'b'.repeat(11)}\n${'c'.repeat(10)}\r\n${'d'.repeat(50)}`,
      );
      expect(shown(await split(long, chunkSize, 10))).toEqual([
        [1, 'a'.repeat(10)],
        [2, null],
        [3, 'c'.repeat(10)],
        [4, null],
      ]);
    },
  );

  it('RUN-18 gives nothing for an empty stream', async () => {
    expect(await split(Buffer.alloc(0), 1)).toEqual([]);
  });
});
