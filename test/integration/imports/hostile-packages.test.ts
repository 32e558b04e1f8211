import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { compareUtf8 } from '../../../archive/byte-order';
import { listRealArchives, verdictOf } from '../../unit/archive/real-archives';
import type { PackageFiles } from '../../unit/archive/make-package';
import {
  asset,
  createPackageWorld,
  packDocuments,
  toLines,
  type PackageWorld,
} from './package-world';

let world: PackageWorld;
let tenant: number;

beforeAll(async () => {
  world = await createPackageWorld();
  tenant = await world.addTarget('target');
});
afterAll(() => world.drop());

const documents = [
  asset('project', 'orders'),
  asset('shell', 'a'),
  asset('shell', 'b', { definition: { note: 'x'.repeat(300) } }),
  asset('python', 'c'),
];
const shells = 'objects/development/shell/0001.ndjson';
const pythons = 'objects/development/python/0001.ndjson';

const errorsOf = async (file: Buffer): Promise<readonly string[]> =>
  (await world.check(await world.begin(tenant, file))).errors;

/** Whatever a refused package said, nothing of it is in the target. */
async function expectUntouched(): Promise<void> {
  expect(await world.count('assets')).toBe(0);
  expect(await world.count('contents')).toBe(0);
  expect(await world.database('package_indexes').whereNotNull('completed_at')).toEqual([]);
}

describe('a hostile package', () => {
  const archives = listRealArchives();
  (archives.length > 0 ? it : it.skip)(
    'REL-29 every archive of other test suites is refused',
    async () => {
      for (const archive of archives) {
        const errors = await errorsOf(readFileSync(archive.file));
        // What is sound as an archive, or only broken further inside, is no release package.
        const codes = [...verdictOf(archive), 'ManifestMissing'];
        const [name, told] = [archive.name, errors.some((code) => codes.includes(code))];
        expect({ name, errors, told }).toEqual({ name, errors, told: true });
      }
      await expectUntouched();
    },
    240_000,
  );

  it('REL-29 a bit that is changed anywhere is refused, or told where it says nothing', async () => {
    const good = await packDocuments(documents);
    const accepted: number[] = [];
    const step = good.length / 200;
    for (let index = 0; index < 200; index++) {
      const offset = Math.floor(index * step);
      const bad = Buffer.from(good);
      bad[offset] = (bad[offset] ?? 0) ^ (1 << (index % 8));
      const checked = await world.check(await world.begin(tenant, bad));
      if (checked.errors.length > 0) continue;
      accepted.push(offset);
      await world.database('package_indexes').where({ id: checked.indexId }).delete();
    }
    // The version an entry asks for and bits behind the end of deflated data: the content is the same.
    expect(accepted.length).toBeLessThan(12);
    await expectUntouched();
  }, 300_000);

  it.each<[string, (files: PackageFiles) => PackageFiles, string[]]>([
    ['an entry added', (files) => ({ ...files, 'objects/x': 'x' }), ['EntryUnlisted']],
    ['an entry removed', (files) => without(files, pythons), ['EntryMissing']],
    [
      'two entries swapped',
      (files) => ({ ...files, [shells]: files[pythons] ?? '', [pythons]: files[shells] ?? '' }),
      ['EntryBytesDiffer', 'EntryDigestDiffers', 'ObjectTypeWrong'],
    ],
    [
      'an entry renamed',
      ({ [pythons]: content = '', ...files }) => ({
        ...files,
        'objects/development/python/0002.ndjson': content,
      }),
      ['EntryMissing', 'EntryUnlisted'],
    ],
    [
      'a line of the same length changed',
      (files) => ({ ...files, [shells]: String(files[shells]).replace('Asset a', 'Asset x') }),
      ['EntryDigestDiffers'],
    ],
  ])('REL-29 %s is refused', async (_, spoil, codes) => {
    const errors = await errorsOf(await packDocuments(documents, { spoil }));
    expect(errors).toEqual(expect.arrayContaining(codes));
    await expectUntouched();
  });

  it.each<[string, string, string[]]>([
    ['a line that is no JSON', '{"code":\n', ['LineNotJson']],
    [
      'a line that is not canonical',
      `${toLines([asset('shell', 'a')]).trim()} \n`,
      ['LineNotCanonical'],
    ],
    ['an object of another type', toLines([asset('python', 'a')]), ['ObjectTypeWrong']],
    ['lines out of order', toLines([asset('shell', 'b'), asset('shell', 'a')]), ['LineOutOfOrder']],
    ['an object twice', toLines([asset('shell', 'b'), asset('shell', 'b')]), ['LineOutOfOrder']],
    [
      'an object without a time',
      toLines([{ ...asset('shell', 'a'), changedAt: 'now' }]),
      ['DocumentInvalid'],
    ],
    [
      'a type that is none',
      toLines([{ ...asset('shell', 'a'), type: 'nothing' }]),
      ['AssetTypeUnknown'],
    ],
    [
      'a text with NUL',
      toLines([asset('shell', 'a', { definition: { t: '\0' } })]),
      ['TextHasNul'],
    ],
    ['a last line without end', toLines([asset('shell', 'a')]).trim(), ['LinesNotEnded']],
    [
      'a line longer than any document',
      `${[...Array(2_500_000).keys()].join()}\n`,
      ['LineTooLong'],
    ],
    ['a deletion among objects', toLines([deletion('a')]), ['LineInvalid']],
  ])('REL-29 %s is refused', async (_, content, codes) => {
    const file = await packDocuments(documents, {
      manifest: (manifest) => manifest,
      files: { [shells.replace('0001', '0002')]: content },
    });
    const errors = await errorsOf(file);
    expect(errors).toEqual(expect.arrayContaining(codes));
    await expectUntouched();
  });

  it('REL-29 an object that is in two files of its type is refused', async () => {
    const second = shells.replace('0001', '0002');
    const file = await packDocuments(documents, {
      files: { [second]: toLines([asset('shell', 'b')]) },
      manifest: (manifest) => ({
        ...manifest,
        counts: {
          ...manifest.counts,
          objects: 5,
          byType: { ...manifest.counts.byType, shell: 3 },
        },
      }),
    });
    expect(await errorsOf(file)).toEqual(['LineOutOfOrder']);
    await expectUntouched();
  });

  it('REL-24 other counts than the manifest says are refused', async () => {
    const file = await packDocuments(documents, {
      manifest: (manifest) => ({
        ...manifest,
        requirements: { count: 1 },
        counts: { ...manifest.counts, byType: { ...manifest.counts.byType, shell: 1, python: 2 } },
      }),
    });
    const checked = await world.check(await world.begin(tenant, file));
    expect(checked.findings.map((finding) => finding.code)).toEqual([
      ...['CountsDiffer', 'CountsDiffer', 'CountsDiffer'],
    ]);
    await expectUntouched();
  });

  it('REL-29 all that does not suit the tenant is told at once, with what is inside', async () => {
    const other = await world.addTarget('other', {
      ...{ product_version: '2', engines: ['hive'], engine_mode: 'multi', features: ['tag'] },
    });
    await world
      .database('release_settings')
      .where({ tenant_id: other })
      .update({ sealed_credential: null, demand_signature: true });
    const file = await packDocuments([...documents, asset('data_standard', 's')], {
      spoil: (files) => ({ ...files, [shells]: String(files[shells]).replace('"a"', '"x"') }),
    });
    const checked = await world.check(await world.begin(other, file));
    expect(checked.errors).toEqual([
      ...['CredentialMissing', 'EngineModeDiffers', 'EngineTypesDiffer', 'EntryDigestDiffers'],
      ...['FeatureOff', 'LineOutOfOrder', 'ProductVersionDiffers', 'SignatureMissing'],
    ]);
    await expectUntouched();
  });

  it('REL-29 a seal of another credential points to the settings', async () => {
    const file = await packDocuments(documents, {
      head: (head) => {
        const [manifest, seal] = head;
        if (manifest === undefined || seal === undefined) throw new Error('a head has two entries');
        const text = seal.content.toString('utf8').replace(/"mac":"./, '"mac":"x');
        return [manifest, { path: seal.path, content: Buffer.from(text) }];
      },
    });
    const checked = await world.check(await world.begin(tenant, file));
    expect(checked.errors).toEqual(['SealMismatch']);
    expect(checked.findings[0]?.fix).toMatch(/settings/);
    await expectUntouched();
  });

  it('REL-28 a closed index that was refused says the same again, and the file may come again', async () => {
    const file = await packDocuments(documents, {
      files: { [shells.replace('0001', '0002')]: toLines([asset('shell', 'a')]) },
    });
    const first = await world.check(await world.begin(tenant, file));
    const { runId, indexId } = first;
    const again = await world.bulk.closePackageIndex({ runId, indexId });
    const closed = first.findings.filter((finding) => finding.severity === 'error');
    expect(again.findings).toEqual(closed);
    expect(await world.count('package_objects')).toBe(0);
    const second = await world.check(await world.begin(tenant, file));
    expect(second.errors).toEqual(first.errors);
    await expectUntouched();
  });

  it('REL-25 entries are in the order of their bytes', async () => {
    const file = await packDocuments(documents, { unsorted: true });
    const sorted = (left: string, right: string): number => compareUtf8(left, right);
    expect([shells, pythons].sort(sorted)[0]).toBe(pythons);
    expect(await errorsOf(file)).toEqual(['EntryOutOfOrder']);
    await expectUntouched();
  });
});

function deletion(code: string): object {
  return {
    ...{ changedAt: '2026-07-01T00:00:00Z', changedBy: null, code, deleted: true },
    ...{ project: 'orders', type: 'shell' },
  };
}

function without(files: PackageFiles, path: string): PackageFiles {
  return Object.fromEntries(Object.entries(files).filter(([one]) => one !== path));
}
