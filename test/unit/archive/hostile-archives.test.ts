import { describe, expect, it } from '@jest/globals';
import { crc32, deflateRawSync } from 'node:zlib';
import type { ArchiveLimits } from '../../../archive/archive-limits';
import { openArchive } from '../../../archive/archive-reader';
import { bufferSource, rangedSource } from '../../../archive/archive-source';
import { checkArchive } from '../../../archive/check-archive';
import type { PipelineError } from '../../../schemas/pipeline-error';
import { openRanges } from './collect-output';
import { craftZip, craftZip64End, type CraftedEnd, type CraftedEntry } from './craft-zip';

const unixMode = (mode: number): number => (mode << 16) >>> 0;
const bomb = Buffer.alloc(2_000_000);
const sentinels: CraftedEnd = {
  directoryOffset: 0xffffffff,
  directoryBytes: 0xffffffff,
  entryCount: 0xffff,
};

describe('hostile archives', () => {
  it.each<[string, CraftedEntry[], string[]]>([
    ['an absolute path', [{ path: '/etc/passwd' }], ['EntryPathAbsolute']],
    ['a path that climbs', [{ path: 'a/../../b' }], ['EntryPathTraversal']],
    ['a path that is a climb on Windows', [{ path: 'a/.. /b' }], ['EntryPathTraversal']],
    ['a path with a dot part', [{ path: './a' }], ['EntryPathTraversal']],
    ['backslashes that climb', [{ path: '..\\b' }], ['EntryPathBackslash', 'EntryPathTraversal']],
    ['a drive', [{ path: 'c:b' }], ['EntryPathDrive']],
    ['a share', [{ path: '\\\\host\\b' }], ['EntryPathBackslash']],
    ['NUL in a path', [{ path: 'a\0.txt' }], ['EntryPathControl']],
    ['a line feed in a path', [{ path: 'a\nb' }], ['EntryPathControl']],
    ['no path', [{ path: '' }], ['EntryPathEmpty']],
    ['an empty part', [{ path: 'a//b' }], ['EntryPathEmpty']],
    ['a path that is not UTF-8', [{ path: Buffer.from([0x61, 0xc3, 0x28]) }], ['EntryPathNotUtf8']],
    ['a long path part', [{ path: 'x'.repeat(256) }], ['EntryPathTooLong']],
    ['a long path', [{ path: 'x/'.repeat(2100) + 'y' }], ['EntryPathTooLong']],
    ['a path twice', [{ path: 'a' }, { path: 'a' }], ['EntryPathDuplicate']],
    ['paths that differ in case', [{ path: 'a/b' }, { path: 'a/B' }], ['EntryPathCollision']],
    ['folders that differ in case', [{ path: 'a/b' }, { path: 'A/c' }], ['EntryPathCollision']],
    ['paths below them', [{ path: 'a/b/c' }, { path: 'A/b/c' }], ['EntryPathCollision']],
    [
      'paths that differ in Unicode form',
      [{ path: '\u00e9' }, { path: 'e\u0301' }],
      ['EntryPathCollision'],
    ],
    ['a file that is a folder', [{ path: 'a' }, { path: 'a/b' }], ['EntryPathFileAsFolder']],
    ['a folder that is a file', [{ path: 'a/b' }, { path: 'A' }], ['EntryPathFileAsFolder']],
    ['a symbolic link', [{ path: 'a', externalAttributes: unixMode(0o120777) }], ['EntryNotFile']],
    ['a device', [{ path: 'a', externalAttributes: unixMode(0o020666) }], ['EntryNotFile']],
    ['a pipe', [{ path: 'a', externalAttributes: unixMode(0o010666) }], ['EntryNotFile']],
    ['encryption', [{ path: 'a', central: { flags: 1 }, local: { flags: 1 } }], ['EntryEncrypted']],
    ['AES', [{ path: 'a', central: { flags: 1, method: 99 } }], ['EntryEncrypted']],
    ['a method', [{ path: 'a', central: { method: 12 } }], ['EntryMethodUnknown']],
    ['patched data', [{ path: 'a', central: { flags: 0x20 } }], ['EntryMethodUnknown']],
    ['another disk', [{ path: 'a', diskNumber: 3 }], ['ArchiveMultiDisk']],
    ['a bomb', [{ path: 'a', content: bomb }], ['EntryRatioTooHigh']],
    ['a folder with content', [{ path: 'a/', content: 'x' }], ['EntrySizeMismatch']],
    [
      'stored content of two sizes',
      [{ path: 'a', stored: true, central: { bytes: 6 } }],
      ['EntrySizeMismatch'],
    ],
    [
      'broken extra fields',
      [{ path: 'a', centralExtra: Buffer.from([1, 2, 9, 0]) }],
      ['EntryExtraBroken'],
    ],
    ['a second path', [{ path: 'a', centralExtra: unicodePath('b') }], ['EntryPathAmbiguous']],
    ['entries on one another', [{ path: 'a' }, { path: 'b', headerOffset: 0 }], ['EntryOverlap']],
    [
      'a quoted entry',
      [
        { path: 'a', stored: true, content: craftZip([{ path: 'b' }]) },
        { path: 'b', headerOffset: 31 },
      ],
      ['EntryOverlap'],
    ],
    [
      'bytes before the first entry',
      [{ path: 'a', headerOffset: 1 }],
      ['ArchiveHiddenData', 'EntryOverlap'],
    ],
    [
      'content beyond the end',
      [{ path: 'a', central: { compressedBytes: 9999 } }],
      ['ArchiveTruncated'],
    ],
    [
      'content in the list of entries',
      [{ path: 'a', central: { compressedBytes: 30 } }],
      ['EntryOverlap'],
    ],
  ])('RUN-19 refuses %s before anything is read', async (_what, entries, codes) => {
    await expectRefusal(craftZip(entries), codes, openArchive);
  });

  it.each<[string, CraftedEntry[], string[]]>([
    [
      'another path in the entry',
      [{ path: 'a', local: { path: Buffer.from('b') } }],
      ['EntryHeaderMismatch'],
    ],
    [
      'another path length in the entry',
      [{ path: 'a', local: { path: Buffer.from('bb') } }],
      ['EntryHeaderMismatch'],
    ],
    ['another method in the entry', [{ path: 'a', local: { method: 0 } }], ['EntryHeaderMismatch']],
    ['other flags in the entry', [{ path: 'a', local: { flags: 0 } }], ['EntryHeaderMismatch']],
    ['another date in the entry', [{ path: 'a', local: { date: 34 } }], ['EntryHeaderMismatch']],
    ['another size in the entry', [{ path: 'a', local: { bytes: 6 } }], ['EntryHeaderMismatch']],
    [
      'another checksum in the entry',
      [{ path: 'a', local: { crc32: 6 } }],
      ['EntryHeaderMismatch'],
    ],
    [
      'broken extra fields in the entry',
      [{ path: 'a', localExtra: Buffer.from([9]) }],
      ['EntryHeaderMismatch'],
    ],
    [
      'hidden bytes behind an entry',
      [{ path: 'a', behind: Buffer.from('secret') }, { path: 'b' }],
      ['ArchiveHiddenData'],
    ],
    [
      'hidden bytes in place of a descriptor',
      [describedEntry({ behind: Buffer.alloc(13) })],
      ['ArchiveHiddenData'],
    ],
    ['a lying descriptor', [describedEntry({ behind: descriptor(1) })], ['EntryHeaderMismatch']],
    ['a checksum that is wrong', [bothSay({ path: 'a' }, { crc32: 1 })], ['EntryCrcMismatch']],
    [
      'more content than declared',
      [bothSay({ path: 'a', content: 'hello' }, { bytes: 4 })],
      ['EntrySizeMismatch'],
    ],
    [
      'less content than declared',
      [bothSay({ path: 'a', content: 'hello' }, { bytes: 6 })],
      ['EntrySizeMismatch'],
    ],
    [
      'much more than declared',
      [bothSay({ path: 'a', content: bomb }, { bytes: 4 })],
      ['EntrySizeMismatch'],
    ],
    [
      'data that is not deflated',
      [{ path: 'a', packed: Buffer.from('\xff\xff\xff', 'latin1') }],
      ['EntryDataBroken'],
    ],
    [
      'cut data',
      [{ path: 'a', packed: deflateRawSync('hello').subarray(0, 4) }],
      ['EntryDataBroken'],
    ],
    [
      'data behind the data',
      [{ path: 'a', packed: Buffer.concat([deflateRawSync('hello'), Buffer.from('x')]) }],
      ['EntrySizeMismatch'],
    ],
  ])('RUN-19 refuses %s when the entry is read', async (_what, entries, codes) => {
    await expectRefusal(craftZip(entries), codes, checkThrowing);
  });

  it.each<[string, CraftedEntry, string[]]>([
    [
      'a wrong checksum',
      { path: 'a', central: { crc32: 1 }, local: { crc32: 1 } },
      ['EntryCrcMismatch'],
    ],
    ['more than declared', bothSay({ path: 'a' }, { bytes: 5_999_999 }), ['EntrySizeMismatch']],
    ['less than declared', bothSay({ path: 'a' }, { bytes: 6_000_001 }), ['EntrySizeMismatch']],
    [
      'data behind the data',
      { path: 'a', packed: Buffer.concat([deflateRawSync(noise(6_000_000)), Buffer.from('x')]) },
      ['EntrySizeMismatch'],
    ],
    [
      'much data behind the data',
      { path: 'a', packed: Buffer.concat([deflateRawSync(noise(6_000_000)), noise(3_000_000)]) },
      ['EntrySizeMismatch'],
    ],
    [
      'cut data',
      { path: 'a', packed: deflateRawSync(noise(6_000_000)).subarray(0, 5_000_000) },
      ['EntryDataBroken'],
    ],
  ])('RUN-19 refuses %s in a large entry', async (_what, entry, codes) => {
    await expectRefusal(craftZip([{ content: noise(6_000_000), ...entry }]), codes, checkThrowing);
  });

  it.each<[string, CraftedEnd, string[]]>([
    ['another number of entries', { entryCount: 2 }, ['ArchiveDirectoryBroken']],
    ['fewer entries than there are', { entryCount: 0 }, ['ArchiveDirectoryBroken']],
    ['a list that is too long', { directoryBytes: 100 }, ['ArchiveTruncated']],
    ['a list that is too short', { directoryBytes: 40 }, ['ArchiveHiddenData']],
    ['a list elsewhere', { directoryOffset: 0 }, ['ArchiveHiddenData']],
    ['several disks', { disk: 2 }, ['ArchiveMultiDisk']],
    ['a cut comment', { comment: 'abc', declaredComment: 4 }, ['ArchiveTruncated']],
    ['bytes behind the end', { comment: 'abc', declaredComment: 2 }, ['ArchiveTrailingData']],
    [
      'an end record in the comment',
      { comment: craftZip([]).toString('latin1') + 'x' },
      ['ArchiveTrailingData'],
    ],
    ['bytes before the end record', { before: () => Buffer.from('hidden') }, ['ArchiveHiddenData']],
    ['sentinels without zip64 records', sentinels, ['ArchiveZip64Broken']],
    [
      'a zip64 record elsewhere',
      { ...sentinels, before: craftZip64End((r) => r.writeBigUInt64LE(3n, 64)) },
      ['ArchiveZip64Broken'],
    ],
    [
      'a zip64 record far away',
      { ...sentinels, before: craftZip64End((r) => r.writeBigUInt64LE(2n ** 60n, 64)) },
      ['ArchiveZip64Broken'],
    ],
    [
      'a zip64 record of another length',
      { ...sentinels, before: craftZip64End((r) => r.writeBigUInt64LE(45n, 4)) },
      ['ArchiveZip64Broken'],
    ],
    [
      'zip64 on another disk',
      { ...sentinels, before: craftZip64End((r) => r.writeUInt32LE(1, 16)) },
      ['ArchiveMultiDisk'],
    ],
    [
      'zip64 of several disks',
      { ...sentinels, before: craftZip64End((r) => r.writeUInt32LE(2, 72)) },
      ['ArchiveMultiDisk'],
    ],
    [
      'two counts in zip64',
      { ...sentinels, before: craftZip64End((r) => r.writeBigUInt64LE(7n, 24)) },
      ['ArchiveMultiDisk'],
    ],
    [
      'end records that differ',
      {
        before: craftZip64End((r) => {
          r.writeBigUInt64LE(7n, 24);
          r.writeBigUInt64LE(7n, 32);
        }),
      },
      ['ArchiveZip64Broken'],
    ],
    [
      'a size that no number holds',
      { ...sentinels, before: craftZip64End((r) => r.writeBigUInt64LE(2n ** 63n, 40)) },
      ['ArchiveZip64Broken'],
    ],
    [
      'countless entries',
      {
        ...sentinels,
        before: craftZip64End((r) => {
          r.writeBigUInt64LE(2n ** 40n, 24);
          r.writeBigUInt64LE(2n ** 40n, 32);
        }),
      },
      ['ArchiveTooManyEntries'],
    ],
  ])('RUN-19 refuses %s', async (_what, end, codes) => {
    await expectRefusal(craftZip([{ path: 'a' }], end), codes, openArchive);
  });

  it.each<[string, Partial<ArchiveLimits>, string]>([
    ['entries', { maxEntries: 1 }, 'ArchiveTooManyEntries'],
    ['content', { maxBytes: 9 }, 'ArchiveTooLarge'],
    ['the list of entries', { maxDirectoryBytes: 20 }, 'ArchiveTooLarge'],
    ['an entry', { maxEntryBytes: 4 }, 'EntryTooLarge'],
    ['the ratio', { maxRatio: 0.5, ratioFloorBytes: 0 }, 'EntryRatioTooHigh'],
  ])('RUN-19 keeps the limit of %s', async (_what, limits, code) => {
    const zip = craftZip([{ path: 'a' }, { path: 'b' }]);
    const findings = await checkArchive(bufferSource(zip), limits);
    expect([...new Set(findings.map((finding) => finding.code))]).toEqual([code]);
  });

  it('RUN-19 tells every reason at once', async () => {
    const entries = [
      { path: '/a' },
      { path: 'b', central: { method: 7 } },
      { path: 'B' },
      { path: 'c', externalAttributes: unixMode(0o120777) },
    ];
    const findings = await checkArchive(bufferSource(craftZip(entries)));
    expect(findings.map(({ code, object }) => [code, object?.code])).toEqual([
      ['EntryPathAbsolute', '/a'],
      ['EntryMethodUnknown', 'b'],
      ['EntryNotFile', 'c'],
      ['EntryPathCollision', 'B'],
    ]);
  });

  it('RUN-19 refuses what is not an archive at all, cut anywhere', async () => {
    const zip = craftZip([{ path: 'a' }, { path: 'b' }]);
    for (let length = 0; length < zip.length; length++) {
      const findings = await checkArchive(bufferSource(zip.subarray(0, length)));
      expect(findings.map((finding) => finding.code)).toEqual(['ArchiveTruncated']);
    }
  });

  it('RUN-19 survives any byte being changed: a refusal or the same content', async () => {
    const zip = craftZip([
      { path: 'a', content: 'hello '.repeat(20) },
      describedEntry({ behind: descriptor(0) }),
    ]);
    for (let offset = 0; offset < zip.length; offset++) {
      for (const bit of [1, 0x80]) {
        const bad = Buffer.from(zip);
        bad[offset] = (bad[offset] ?? 0) ^ bit;
        await expect(checkArchive(bufferSource(bad))).resolves.toBeInstanceOf(Array);
      }
    }
  });

  it('RUN-19 accepts what plain tools write: descriptors, zip64, folders, comments', async () => {
    const entries = [
      { path: 'folder/', content: '', stored: true, externalAttributes: unixMode(0o040755) },
      { path: 'folder/订单.txt', stored: true, externalAttributes: unixMode(0o100644) },
      describedEntry({ behind: descriptor(0) }),
      { ...describedEntry({ behind: descriptor(0).subarray(4) }), path: 'no signature' },
    ];
    const zip = craftZip(entries, {
      ...sentinels,
      comment: 'made by hand',
      before: craftZip64End(),
    });
    await expect(checkArchive(bufferSource(zip))).resolves.toEqual([]);
    const archive = await openArchive(rangedSource(zip.length, openRanges(zip, 7)));
    expect(archive.entries.map(({ path, isFolder, bytes }) => [path, isFolder, bytes])).toEqual([
      ['folder/', true, 0],
      ['folder/订单.txt', false, 5],
      ['described', false, 5],
      ['no signature', false, 5],
    ]);
    expect((await archive.find('described')?.read())?.toString()).toBe('hello');
  });
});

async function checkThrowing(source: ReturnType<typeof bufferSource>): Promise<unknown> {
  await openArchive(source);
  const findings = await checkArchive(source);
  throw Object.assign(new Error('refused'), { findings });
}

async function expectRefusal(
  zip: Buffer,
  codes: string[],
  open: (source: ReturnType<typeof bufferSource>) => Promise<unknown>,
): Promise<void> {
  const found = await open(bufferSource(zip)).then(
    () => [],
    (error: unknown) => (error as PipelineError).findings.map((finding) => finding.code),
  );
  expect([...new Set(found)]).toEqual(codes);
}

function bothSay(entry: CraftedEntry, lie: NonNullable<CraftedEntry['central']>): CraftedEntry {
  return { ...entry, central: lie, local: lie };
}

function describedEntry(change: Partial<CraftedEntry>): CraftedEntry {
  const flags = 0x0808;
  return {
    path: 'described',
    central: { flags },
    local: { flags, crc32: 0, bytes: 0, compressedBytes: 0 },
    ...change,
  };
}

function descriptor(lie: number): Buffer {
  const bytes = Buffer.alloc(16);
  bytes.write('PK\x07\x08', 'latin1');
  bytes.writeUInt32LE(crc32('hello'), 4);
  bytes.writeUInt32LE(deflateRawSync('hello').length, 8);
  bytes.writeUInt32LE(5 + lie, 12);
  return bytes;
}

function unicodePath(path: string): Buffer {
  const field = Buffer.alloc(9);
  field.writeUInt16LE(0x7075, 0);
  field.writeUInt16LE(5 + path.length, 2);
  field.writeUInt8(1, 4);
  return Buffer.concat([field, Buffer.from(path)]);
}

function noise(bytes: number): Buffer {
  let state = 42;
  return Buffer.from(
    Uint8Array.from({ length: bytes }, () => (state = (state * 48271) % 2147483647) & 0xff),
  );
}
