import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { crc32 } from 'node:zlib';
import { afterAll, describe, expect, it } from '@jest/globals';
import { Open } from 'unzipper';
import { openFileSource } from '../../../archive/archive-source';
import { checkArchive } from '../../../archive/check-archive';
import { joinFragments } from '../../../archive/fragment-joiner';
import type { Fragment } from '../../../archive/fragment-reader';
import { writeFragment } from '../../../archive/fragment-writer';
import { openRanges } from '../../unit/archive/collect-output';
import { craftZip } from '../../unit/archive/craft-zip';

const folder = mkdtempSync(path.join(tmpdir(), 'gantry-large-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Four gigabytes twice: only where somebody asks for it. */
const whenAsked = process.env['GANTRY_LARGE_TESTS'] === undefined ? it.skip : it;

describe('large archives', () => {
  it('REL-24 joins 70,000 entries, and every reader finds them', async () => {
    const file = path.join(folder, 'many.zip');
    const fragments: Fragment[] = [];
    for (let first = 0; first < 70_000; first += 7000)
      fragments.push(await makeManyEntries(first, 7000));
    const joined = await joinFragments({ head: [], fragments, output: createWriteStream(file) });
    expect(joined.entryCount).toBe(70_000);
    expectReadersAgree(file, 70_000);
    const peer = await Open.file(file);
    expect(peer.files).toHaveLength(70_000);
    expect(String(await peer.files[69_999]?.buffer())).toBe('content of 69999');
    await expectGoodArchive(file);
  }, 300_000);

  whenAsked(
    'REL-24 joins over 4 GiB, and every reader finds all',
    async () => {
      const file = path.join(folder, 'large.zip');
      const fragments = ['a', 'b', 'c'].map((name) => makeZeros(name, 2_000_000_000));
      const joined = await joinFragments({ head: [], fragments, output: createWriteStream(file) });
      expect(joined.bytes).toBeGreaterThan(6_000_000_000);
      expectReadersAgree(file, 3);
      const source = await openFileSource(file);
      const findings = await checkArchive(source);
      await source.close();
      expect(findings).toEqual([]);
      rmSync(file);
    },
    900_000,
  );

  whenAsked(
    'REL-24 writes and joins an entry over 4 GiB',
    async () => {
      const [part, file] = [path.join(folder, 'part.zip'), path.join(folder, 'entry.zip')];
      const zeros = Buffer.alloc(1_000_000);
      const source = Readable.from(
        (function* () {
          for (let n = 0; n < 4_400; n++) yield zeros;
        })(),
      );
      const written = await writeFragment({
        entries: [{ path: 'x', source }],
        output: createWriteStream(part),
        level: 1,
      });
      const read = await openFileSource(part);
      const open = (start: number, end: number): Promise<Readable> =>
        Promise.resolve(read.stream(start, end - start));
      await joinFragments({
        head: [{ path: 'first', content: Buffer.from('x') }],
        fragments: [{ ...written, name: 'part', open }],
        output: createWriteStream(file),
      });
      await read.close();
      expect(written.entries[0]?.bytes).toBe(4_400_000_000);
      expectReadersAgree(file, 2);
      await expectGoodArchive(file);
    },
    900_000,
  );
});

async function makeManyEntries(first: number, count: number): Promise<Fragment> {
  const output = new PassThrough();
  const entries = Array.from({ length: count }, (_, index) => ({
    path: `e/${first + index}`,
    source: Buffer.from(`content of ${first + index}`),
  }));
  const [bytes, written] = await Promise.all([
    buffer(output),
    writeFragment({ entries, output, level: 1 }),
  ]);
  return { ...written, name: `fragment ${first}`, open: openRanges(bytes) };
}

/** A fragment of one stored entry of zeros, made while it is read. */
function makeZeros(name: string, size: number): Fragment {
  const piece = Buffer.alloc(4_000_000);
  let crc = 0;
  for (let done = 0; done < size; done += piece.length) crc = crc32(piece, crc);
  const sizes = { bytes: size, compressedBytes: size, crc32: crc };
  const lie = { ...sizes, flags: 0x0808 };
  const behind = describeContent(sizes);
  const empty = craftZip(
    [{ path: name, content: '', stored: true, central: lie, local: lie, behind }],
    { directoryOffset: 31 + size + behind.length },
  );
  const [header, end] = [empty.subarray(0, 31), empty.subarray(31)];
  const bytes = empty.length + size;
  function* content(): Generator<Buffer> {
    yield header;
    for (let done = 0; done < size; done += piece.length) yield piece;
    yield end;
  }
  const hash = createHash('sha256');
  for (const chunk of content()) hash.update(chunk);
  const open = (start: number): Promise<Readable> =>
    Promise.resolve(Readable.from(start === 0 ? content() : [tailFrom(start)]));
  const tailFrom = (start: number): Buffer => Buffer.concat([Buffer.alloc(31 + size - start), end]);
  return {
    name,
    open,
    bytes,
    sha256: hash.digest('hex'),
    entries: [{ path: name, sha256: '', ...sizes }],
  };
}

/** The record that follows a content whose size was not known before it was written. */
function describeContent(sizes: { crc32: number; compressedBytes: number; bytes: number }): Buffer {
  const record = Buffer.alloc(16);
  record.write('PK\x07\x08', 'latin1');
  record.writeUInt32LE(sizes.crc32, 4);
  record.writeUInt32LE(sizes.compressedBytes, 8);
  record.writeUInt32LE(sizes.bytes, 12);
  return record;
}

function expectReadersAgree(file: string, entryCount: number): void {
  const script =
    'import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); print(len(z.namelist()), z.testzip())';
  expect(execFileSync('python3', ['-c', script, file], { encoding: 'utf8' }).trim()).toBe(
    `${entryCount} None`,
  );
  expect(execFileSync('unzip', ['-tqq', file], { encoding: 'utf8' }).trim()).toBe('');
}

async function expectGoodArchive(file: string): Promise<void> {
  const source = await openFileSource(file);
  const findings = await checkArchive(source, { maxRatio: 2000 });
  await source.close();
  expect(findings).toEqual([]);
}
