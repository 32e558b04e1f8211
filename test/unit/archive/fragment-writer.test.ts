import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { Open } from 'unzipper';
import { sha256Hex } from '../../../archive/canonical-json';
import { writeDeflatedFragment } from '../../../archive/deflated-fragment';
import { writeFragment, type EntryToWrite } from '../../../archive/fragment-writer';
import { collectOutput } from './collect-output';

const lines = Buffer.from('{"a":1}\n'.repeat(40_000));

const writers = [
  ['writeFragment', writeFragment],
  ['writeDeflatedFragment', writeDeflatedFragment],
] as const;

describe.each(writers)('%s', (_name, writer) => {
  const write = async (entries: EntryToWrite[]): Promise<Buffer> => {
    const { output, content } = collectOutput();
    await writer({ entries, output });
    return content();
  };

  it('REL-24 writes a ZIP that other readers open, and says what is in it', async () => {
    const { output, content } = collectOutput();
    const written = await writer({ entries: sampleEntries(), output });
    const zip = content();

    expect(written.bytes).toBe(zip.length);
    expect(written.sha256).toBe(sha256Hex(zip));
    const sql = Buffer.from('SELECT é;');
    const contents = { 'a/lines.ndjson': lines, '订单/é.sql': sql, empty: Buffer.alloc(0) };
    expect(written.entries).toMatchObject(
      Object.entries(contents).map(([path, bytes]) => ({
        path,
        bytes: bytes.length,
        sha256: sha256Hex(bytes),
        crc32: crc32(bytes),
      })),
    );

    const peer = await Open.buffer(zip);
    expect(peer.files.map((file) => file.path)).toEqual(['a/lines.ndjson', '订单/é.sql', 'empty']);
    expect(peer.files.map((file) => file.compressedSize)).toEqual(
      written.entries.map((entry) => entry.compressedBytes),
    );
    await expect(peer.files[0]?.buffer()).resolves.toEqual(lines);
    expectUnzipAccepts(zip);
  });

  it('REL-21 gives the same bytes twice, whatever pieces the content comes in', async () => {
    const whole = await write([{ path: 'x', source: lines }]);
    const pieces = Array.from({ length: lines.length / 8 }, (_, index) =>
      lines.subarray(index * 8, index * 8 + 8),
    );
    const again = await write([
      { path: 'x', source: Readable.from(pieces, { objectMode: false }) },
    ]);
    expect(again.equals(whole)).toBe(true);
    expect(whole.readUInt16LE(10)).toBe(0);
    expect(whole.readUInt16LE(12)).toBe((1 << 5) | 1);
  });

  it('REL-24 writes a fragment without entries', async () => {
    expect((await write([])).length).toBe(22);
  });

  it.each([
    ['an absolute path', ['/etc/passwd'], 'InvalidInput'],
    ['a path that leaves its place', ['a/../../b'], 'InvalidInput'],
    ['a folder', ['a/'], 'InvalidInput'],
    ['the same path twice', ['a', 'a'], 'EntryPathTaken'],
    ['paths that differ in case', ['a/B', 'a/b'], 'EntryPathTaken'],
  ])('RUN-19 refuses to write %s', async (_what, paths, code) => {
    const entries = paths.map((path) => ({ path, source: Buffer.from('x') }));
    await expect(write(entries)).rejects.toMatchObject({ code });
  });

  it.each([
    ['the next entry never comes', () => hang()],
    ['the content never comes', () => [{ path: 'x', source: hang() }]],
  ])('RUN-5 stops at the signal though %s', async (_what, entriesOf) => {
    const controller = new AbortController();
    const { output } = collectOutput();
    const writing = writer({ entries: entriesOf(), output, signal: controller.signal });
    setTimeout(() => controller.abort(new Error('paused')), 50);
    await expect(writing).rejects.toThrow('paused');
    expect(output.destroyed).toBe(true);
  });

  it('REL-20 takes content only as fast as the output takes it', async () => {
    let made = 0;
    let release = (): void => undefined;
    const source = async function* (): AsyncGenerator<Buffer> {
      for (; made < 4000; made++) yield await Promise.resolve(randomBytes(65_536));
    };
    const { output } = collectOutput();
    output._write = (_chunk, _encoding, done) => void (release = done);
    const controller = new AbortController();
    const writing = writer({
      entries: [{ path: 'x', source: source() }],
      output,
      level: 1,
      signal: controller.signal,
    });
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(made).toBeLessThan(400);
    controller.abort(new Error('enough'));
    release();
    await expect(writing).rejects.toThrow('enough');
  });
});

describe('writeDeflatedFragment beside writeFragment', () => {
  it('REL-21 writes the same bytes as the archiver library', async () => {
    const large = Buffer.concat([randomBytes(70_000), lines, randomBytes(200_000)]);
    const entries = (): EntryToWrite[] => [
      ...sampleEntries(),
      { path: 'large', source: large },
      { path: 'streamed', source: Readable.from([large, large]) },
      ...Array.from({ length: 300 }, (_, index) => ({
        path: `ddl/p/${index}.sql`,
        source: large.subarray(70_000, 70_000 + index * 200),
      })),
    ];
    const [one, other] = [collectOutput(), collectOutput()];
    const expected = await writeFragment({ entries: entries(), output: one.output });
    const written = await writeDeflatedFragment({ entries: entries(), output: other.output });
    expect(written).toEqual(expected);
    expect(other.content().equals(one.content())).toBe(true);
  });
});

function sampleEntries(): EntryToWrite[] {
  return [
    { path: 'a/lines.ndjson', source: Readable.from([lines.subarray(0, 5), lines.subarray(5)]) },
    { path: '订单/é.sql', source: Readable.from(['SELECT', ' é;']) },
    { path: 'empty', source: Buffer.alloc(0) },
  ];
}

function expectUnzipAccepts(zip: Buffer): void {
  const folder = mkdtempSync(path.join(tmpdir(), 'gantry-fragment-'));
  try {
    writeFileSync(path.join(folder, 'x.zip'), zip);
    const script = 'import sys, zipfile; print(zipfile.ZipFile(sys.argv[1]).testzip())';
    expect(
      execFileSync('python3', ['-c', script, path.join(folder, 'x.zip')], {
        encoding: 'utf8',
      }).trim(),
    ).toBe('None');
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function* hang(): AsyncGenerator<never> {
  await new Promise(() => undefined);
}
