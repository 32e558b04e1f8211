import { describe, expect, it } from '@jest/globals';
import { bufferSource } from '../../../archive/archive-source';
import { verifyPackage } from '../../../archive/verify-package';
import { codesOf } from './codes-of';
import { credential, makePackage, numbers, sealHead, type PackageToMake } from './make-package';

describe('the manifest of a package', () => {
  it.each<[string, string[], PackageToMake]>([
    ['no manifest', ['ManifestMissing'], { head: () => [] }],
    ['a manifest that is not first', ['ManifestMissing'], { head: (head) => head.reverse() }],
    [
      'a manifest that is not JSON',
      ['ManifestNotJson'],
      { head: () => sealHead(Buffer.from('{')) },
    ],
    [
      'a manifest that is not UTF-8',
      ['ManifestNotJson'],
      { head: () => sealHead(Buffer.from('"\xff"', 'latin1')) },
    ],
    [
      'a manifest of another version',
      ['FormatVersionUnknown'],
      { manifest: (m) => ({ ...m, formatVersion: 2 }) },
    ],
    [
      'a manifest with several faults',
      ['ManifestInvalid', 'ManifestInvalid'],
      { manifest: (m) => ({ ...m, method: 'all', createdAt: 'today' }) },
    ],
    [
      'a manifest with unknown members',
      ['ManifestInvalid'],
      { manifest: (m) => ({ ...m, more: 1 }) },
    ],
    [
      'a manifest of more values than a worker could hold',
      ['ManifestTooLarge'],
      { head: () => sealHead(Buffer.from(`{"entries":[${numbers(1_600_000)}]}`)) },
    ],
    [
      'a manifest of more values than their faults could be told',
      ['ManifestTooLarge'],
      { head: () => sealHead(Buffer.from(`{"engines":[${numbers(300_000)}]}`)) },
    ],
    [
      'a manifest that is too deep to walk through',
      ['ManifestTooLarge'],
      {
        head: () =>
          sealHead(Buffer.from(`{"scope":${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}}`)),
      },
    ],
  ])('REL-29 ends at %s', async (_what, codes, making) => {
    const verdict = await verifyPackage(bufferSource(await makePackage(making)), { credential });
    expect([verdict.ok, codesOf(verdict), verdict.counts]).toEqual([false, codes, undefined]);
  });

  it('REL-29 tells the first faults of a list that has nothing else', async () => {
    const bytes = await makePackage({
      manifest: (m) => ({ ...m, entries: [...Array(9_000).keys()] }),
    });
    const { findings } = await verifyPackage(bufferSource(bytes), { credential });
    expect(codesOf({ findings })).toEqual(Array(20).fill('ManifestInvalid'));
    expect(findings[19]?.reason).toContain('entries.19: ');
  });

  it('REL-29 finds a manifest that is not canonical', async () => {
    const spread = (manifest?: Buffer): Promise<{ path: string; content: Buffer }[]> =>
      sealHead(Buffer.from(JSON.stringify(JSON.parse(String(manifest)), null, 1)));
    const bytes = await makePackage({ head: ([manifest]) => spread(manifest?.content) });
    expect(codesOf(await verifyPackage(bufferSource(bytes), { credential }))).toEqual([
      'ManifestNotCanonical',
    ]);
  });
});
