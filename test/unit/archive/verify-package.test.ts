import { describe, expect, it } from '@jest/globals';
import { openArchive } from '../../../archive/archive-reader';
import { bufferSource, rangedSource } from '../../../archive/archive-source';
import { sha256Hex } from '../../../archive/canonical-json';
import { verifyPackage } from '../../../archive/verify-package';
import { codesOf } from './codes-of';
import { openRanges } from './collect-output';
import { craftZip } from './craft-zip';
import {
  credential,
  makeAsset,
  makePackage,
  numbers,
  sampleFiles,
  toLines,
  type PackageFiles,
  type PackageToMake,
} from './make-package';

const shell1 = 'objects/development/shell/0001.ndjson';
const shell2 = 'objects/development/shell/0002.ndjson';

describe('verifyPackage', () => {
  it('REL-29 accepts a good package and counts what is in it', async () => {
    const bytes = await makePackage();
    const verdict = await verifyPackage(bufferSource(bytes), { credential });
    expect(verdict).toMatchObject({
      ok: true,
      findings: [],
      bytes: bytes.length,
      digest: sha256Hex(bytes),
      counts: { objects: 4, resources: 1, statements: 2, byType: { project: 1, shell: 3 } },
    });
    expect(verdict.manifest?.name).toBe('Sales_20261125120000.dp');
  });

  it('REL-27 reads by ranges and says that the seal is not checked without a credential', async () => {
    const bytes = await makePackage();
    const verdict = await verifyPackage(rangedSource(bytes.length, openRanges(bytes, 100)));
    expect(verdict.ok).toBe(true);
    expect(codesOf(verdict)).toEqual(['SealNotChecked']);
    expect(verdict.findings[0]?.severity).toBe('info');
  });

  it('REL-21 two packages of the same content are the same bytes', async () => {
    expect((await makePackage()).equals(await makePackage())).toBe(true);
  });

  it('REL-29 finds a seal made with another credential', async () => {
    const verdict = await verifyPackage(bufferSource(await makePackage()), { credential: 'other' });
    expect([verdict.ok, codesOf(verdict)]).toEqual([false, ['SealMismatch']]);
  });

  it.each<[string, string[], PackageToMake]>([
    [
      'a changed object',
      ['EntryBytesDiffer', 'EntryDigestDiffers'],
      spoilFile(
        shell1,
        toLines([makeAsset('shell', 'sales', 'a'), makeAsset('shell', 'sales', 'ab')]),
      ),
    ],
    [
      'a shortened file',
      ['EntryBytesDiffer', 'EntryDigestDiffers'],
      spoilFile('ddl/sales/orders.sql', ''),
    ],
    [
      'a missing entry',
      ['EntryMissing', 'CountsDiffer'],
      { spoil: (files) => without(files, 'ddl/sales/orders.sql') },
    ],
    [
      'an entry too many',
      ['EntryUnlisted'],
      { spoil: (files) => ({ ...files, 'ddl/sales/zzz.sql': '' }) },
    ],
    [
      'no requirements',
      ['EntryMissing'],
      {
        files: without(sampleFiles(), 'requirements.ndjson'),
        manifest: (m) => ({ ...m, requirements: { count: 0 } }),
      },
    ],
    [
      'entries in another order',
      ['EntryOutOfOrder'],
      { spoil: (files) => Object.fromEntries(Object.entries(files).reverse()), unsorted: true },
    ],
    [
      'an unsorted manifest',
      ['EntryOutOfOrder'],
      { manifest: (m) => ({ ...m, entries: [...m.entries].reverse() }) },
    ],
    [
      'an entry listed twice',
      ['EntryOutOfOrder'],
      { manifest: (m) => ({ ...m, entries: [...m.entries, ...m.entries.slice(-1)] }) },
    ],
    ['an unknown entry', ['EntryUnknown'], withFile('notes.txt', 'x')],
    [
      'lines out of order',
      ['LineOutOfOrder'],
      withFile(
        shell1,
        toLines([makeAsset('shell', 'sales', 'b'), makeAsset('shell', 'sales', 'a')]),
      ),
    ],
    [
      'an object twice',
      ['LineOutOfOrder'],
      withFile(
        shell1,
        toLines([makeAsset('shell', 'sales', 'b'), makeAsset('shell', 'sales', 'b')]),
      ),
    ],
    [
      'files of lines out of order',
      ['LineOutOfOrder'],
      withFile(shell2, toLines([makeAsset('shell', 'sales', 'b')])),
    ],
    [
      'a line with blanks',
      ['LineNotCanonical'],
      withFile(shell2, '{"code": "c","project":"sales","type":"shell"}\n'),
    ],
    [
      'a member twice',
      ['LineNotCanonical'],
      withFile(shell2, '{"code":"c","code":"c","project":"sales","type":"shell"}\n'),
    ],
    [
      'members out of order',
      ['LineNotCanonical'],
      withFile(shell2, '{"project":"sales","code":"c","type":"shell"}\n'),
    ],
    ['a line that is not JSON', ['LineNotJson'], withFile(shell2, '{\n')],
    ['a line without identity', ['LineNotJson'], withFile(shell2, '{"code":1}\n')],
    ['an empty line', ['LineNotJson'], withFile(shell2, '\n')],
    [
      'a line that is longer than any document',
      ['LineTooLong', 'CountsDiffer'],
      withFile('objects/development/shell/0002.ndjson', `${numbers(2_500_000)}\n`),
    ],
    [
      'an open last line',
      ['LinesNotEnded', 'CountsDiffer'],
      withFile(shell2, toLines([makeAsset('shell', 'sales', 'c')]).trimEnd()),
    ],
    [
      'lines that are not UTF-8',
      ['LinesNotUtf8', 'CountsDiffer'],
      withFile(shell2, Buffer.from('"\xff"\n', 'latin1')),
    ],
    [
      'an object of another type',
      ['ObjectTypeWrong'],
      withFile(shell2, toLines([makeAsset('sql', 'sales', 'c')])),
    ],
    [
      'an unknown type',
      ['ObjectTypeUnknown', 'CountsDiffer'],
      withFile(
        'objects/development/cobol/0001.ndjson',
        toLines([makeAsset('cobol', 'sales', 'c')]),
      ),
    ],
    [
      'a type in another category',
      ['ObjectTypeUnknown', 'ObjectFileMissing', 'CountsDiffer'],
      withFile('objects/global/shell/0003.ndjson', toLines([makeAsset('shell', 'sales', 'd')])),
    ],
    [
      'a gap in the numbers',
      ['CountsDiffer', 'ObjectFileMissing'],
      { files: without(sampleFiles(), shell1) },
    ],
    [
      'a resource under another name',
      ['ResourceMisnamed', 'CountsDiffer'],
      withFile(`resources/${'0'.repeat(64)}`, 'x'),
    ],
    [
      'wrong counts',
      ['CountsDiffer'],
      {
        manifest: (m) => ({
          ...m,
          counts: { ...m.counts, objects: 5, byType: { project: 1, sql: 3 } },
        }),
      },
    ],
    [
      'a wrong count of requirements',
      ['CountsDiffer'],
      { manifest: (m) => ({ ...m, requirements: { count: 9 } }) },
    ],
    [
      'a broken requirement',
      ['LineInvalid'],
      withFile('requirements.ndjson', '{"code":"a","project":null,"type":null}\n'),
    ],
    [
      'a broken deletion',
      ['LineInvalid'],
      {
        ...withFile('deletions.ndjson', '{"code":"a","project":null,"type":"cobol"}\n'),
        manifest: (m) => ({ ...m, deletions: { count: 1 } }),
      },
    ],
    ['no seal', ['SealMissing'], { head: (head) => head.slice(0, 1) }],
    [
      'a seal that is none',
      ['SealInvalid'],
      {
        head: ([manifest]) => [
          manifest as never,
          { path: 'seal.json', content: Buffer.from('{}') },
        ],
      },
    ],
    [
      'a seal with blanks',
      ['SealInvalid'],
      {
        head: ([manifest, seal]) => [
          manifest as never,
          { path: 'seal.json', content: Buffer.from(`${String(seal?.content)} `) },
        ],
      },
    ],
    [
      'a manifest sealed and then changed',
      ['SealMismatch'],
      {
        head: ([manifest, seal]) => [
          {
            path: 'manifest.json',
            content: Buffer.from(String(manifest?.content).replace('"ada"', '"eve"')),
          },
          seal as never,
        ],
      },
    ],
  ])('REL-29 finds %s', async (_what, codes, making) => {
    const verdict = await verifyPackage(bufferSource(await makePackage(making)), { credential });
    expect(verdict.ok).toBe(false);
    expect(new Set(codesOf(verdict))).toEqual(new Set(codes));
  });

  it('REL-29 ends at an archive that is refused', async () => {
    const verdict = await verifyPackage(bufferSource(craftZip([{ path: '../manifest.json' }])));
    expect([verdict.ok, codesOf(verdict), verdict.manifest]).toEqual([
      false,
      ['EntryPathTraversal'],
      undefined,
    ]);
  });

  it('REL-29 tells every finding at once', async () => {
    const making: PackageToMake = {
      manifest: (m) => ({ ...m, counts: { ...m.counts, objects: 9 } }),
      spoil: (files) => ({
        ...without(files, 'ddl/sales/orders.sql'),
        [shell2]: '{}\n',
        'resources/x': 'x',
      }),
    };
    const verdict = await verifyPackage(bufferSource(await makePackage(making)), {
      credential: 'other',
    });
    expect(new Set(codesOf(verdict))).toEqual(
      new Set([
        'EntryMissing',
        'EntryUnlisted',
        'LineNotJson',
        'EntryBytesDiffer',
        'EntryDigestDiffers',
        'CountsDiffer',
        'SealMismatch',
      ]),
    );
    expect(verdict.findings.every((finding) => !finding.overridable && finding.fix !== '')).toBe(
      true,
    );
  });

  it('REL-16 accepts a package with deletions and a chain', async () => {
    const making: PackageToMake = {
      files: {
        ...sampleFiles(),
        'deletions.ndjson': toLines([
          {
            ...{ type: 'shell', project: 'sales', code: 'old', deleted: true },
            ...{ changedAt: '2026-06-01T00:00:00.000000Z', changedBy: 'ada' },
          },
        ]),
      },
      manifest: (m) => ({
        ...m,
        deletions: { count: 1 },
        chain: { baseDigest: '0'.repeat(64), sequence: 2 },
      }),
    };
    expect(
      await verifyPackage(bufferSource(await makePackage(making)), { credential }),
    ).toMatchObject({ ok: true, findings: [] });
  });

  it('REL-24 says that a signature was not checked', async () => {
    const signature = {
      algorithm: 'Ed25519',
      keyId: 'k',
      value: Buffer.alloc(64).toString('base64'),
    };
    const making: PackageToMake = {
      head: ([manifest, seal]) => {
        const signed = { ...(JSON.parse(String(seal?.content)) as object), signature };
        return [
          manifest as never,
          { path: 'seal.json', content: Buffer.from(JSON.stringify(signed)) },
        ];
      },
    };
    const verdict = await verifyPackage(bufferSource(await makePackage(making)), { credential });
    expect([verdict.ok, codesOf(verdict)]).toEqual([true, ['SignatureNotChecked']]);
  });

  it('REL-21 warns of a package that another tool packed again', async () => {
    const bytes = await repack(await makePackage());
    const verdict = await verifyPackage(bufferSource(bytes), { credential });
    expect([verdict.ok, codesOf(verdict)]).toEqual([true, ['PackageRepacked']]);
  });
});

function withFile(path: string, content: string | Buffer): PackageToMake {
  return { files: { ...sampleFiles(), [path]: content } };
}

function spoilFile(path: string, content: string): PackageToMake {
  return { spoil: (files) => ({ ...files, [path]: content }) };
}

function without(files: PackageFiles, path: string): PackageFiles {
  return Object.fromEntries(Object.entries(files).filter(([name]) => name !== path));
}

async function repack(bytes: Buffer): Promise<Buffer> {
  const archive = await openArchive(bufferSource(bytes));
  const entries = archive.entries.map(async (entry) => ({
    path: entry.path,
    content: await entry.read(),
  }));
  return craftZip(await Promise.all(entries));
}
