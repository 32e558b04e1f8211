import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import { afterAll, describe, expect, it } from '@jest/globals';
import { Open } from 'unzipper';
import { openFileSource } from '../../../archive/archive-source';
import { sha256Hex } from '../../../archive/canonical-json';
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
    const fragments = Array.from({ length: 10 }, (_, index) => makeManyEntries(index * 7000, 7000));
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

function makeManyEntries(first: number, count: number): Fragment {
  const crafted = Array.from({ length: count }, (_, index) => ({
    path: `e/${first + index}`,
    content: `content of ${first + index}`,
    stored: true,
  }));
  const bytes = craftZip(crafted);
  const entries = crafted.map(({ path, content }) => ({
    path,
    bytes: content.length,
    compressedBytes: content.length,
    sha256: sha256Hex(content),
    crc32: crc32(content),
  }));
  return {
    name: `fragment ${first}`,
    open: openRanges(bytes),
    bytes: bytes.length,
    sha256: sha256Hex(bytes),
    entries,
  };
}

/** A fragment of one stored entry of zeros, made while it is read. */
function makeZeros(name: string, size: number): Fragment {
  const piece = Buffer.alloc(4_000_000);
  let crc = 0;
  for (let done = 0; done < size; done += piece.length) crc = crc32(piece, crc);
  const lie = { bytes: size, compressedBytes: size, crc32: crc };
  const empty = craftZip([{ path: name, content: '', stored: true, central: lie, local: lie }], {
    directoryOffset: 31 + size,
  });
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
    entries: [{ path: name, sha256: '', ...lie }],
  };
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
