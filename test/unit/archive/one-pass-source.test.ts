import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from '@jest/globals';
import { sha256Hex } from '../../../archive/canonical-json';
import { onePassSource } from '../../../archive/one-pass-source';
import { openRanges } from './collect-output';

const mebi = 1024 * 1024;
const bytes = randomBytes(40 * mebi + 17);

describe('onePassSource', () => {
  it('REL-17 brings every byte once for readers in order, and its digest', async () => {
    const { source, opened } = open();
    const found: Buffer[] = [];
    for (let at = 0; at < bytes.length; at += 3 * mebi) {
      const length = Math.min(3 * mebi, bytes.length - at);
      found.push(await source.read(at, 10), await buffer(source.stream(at + 10, length - 10)));
    }
    expect(Buffer.concat(found).equals(bytes)).toBe(true);
    expect(await source.digest()).toBe(sha256Hex(bytes));
    expect(opened).toEqual([[0, bytes.length]]);
  });

  it('REL-17 reads what is far ahead or long gone by a range of its own', async () => {
    const { source, opened } = open();
    const end = await source.read(bytes.length - 100, 100);
    expect(end.equals(bytes.subarray(-100))).toBe(true);
    expect(await source.digest()).toBe(sha256Hex(bytes));
    const start = await buffer(source.stream(5, 2 * mebi));
    expect(start.equals(bytes.subarray(5, 5 + 2 * mebi))).toBe(true);
    expect(opened).toEqual([
      [bytes.length - 100, bytes.length],
      [0, bytes.length],
      [5, 5 + 2 * mebi],
    ]);
  });

  it('REL-17 serves readers side by side, however far apart', async () => {
    const { source } = open();
    const ranges = [0, 1, 2, 9, 20, 33].map((at) => [at * mebi, 7 * mebi] as const);
    const found = await Promise.all(ranges.map((range) => buffer(source.stream(...range))));
    for (const [index, [offset, length]] of ranges.entries())
      expect(found[index]?.equals(bytes.subarray(offset, offset + length))).toBe(true);
    expect(await source.digest()).toBe(sha256Hex(bytes));
  });

  it.each([
    ['ends early', bytes.length + 1],
    ['goes on', bytes.length - 1],
  ])('REL-24 refuses an object that %s', async (_what, size) => {
    const source = onePassSource(size, () => Promise.resolve(Readable.from([bytes])));
    await expect(source.digest()).rejects.toMatchObject({ code: 'ArchiveRefused' });
  });

  it('RUN-5 lets go of what is still to come', async () => {
    const stream = Readable.from([bytes.subarray(0, mebi), bytes.subarray(mebi)]);
    const source = onePassSource(bytes.length, () => Promise.resolve(stream));
    await source.read(0, 10);
    await source.close();
    expect(stream.destroyed).toBe(true);
  });
});

function open() {
  const opened: [number, number][] = [];
  const ranges = openRanges(bytes, 65_536);
  const source = onePassSource(bytes.length, (start, end) => {
    opened.push([start, end]);
    return ranges(start, end);
  });
  return { source, opened };
}
