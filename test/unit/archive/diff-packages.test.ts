import { describe, expect, it } from '@jest/globals';
import { bufferSource } from '../../../archive/archive-source';
import { diffPackages, type PackageDifference } from '../../../archive/diff-packages';
import { makeAsset, makePackage, sampleFiles, toLines } from './make-package';

const shells = 'objects/development/shell/0001.ndjson';

async function diff(left: Buffer, right: Buffer) {
  const differences: PackageDifference[] = [];
  const counts = await diffPackages(
    { left: bufferSource(left), right: bufferSource(right) },
    (difference) => void differences.push(difference),
  );
  return { counts, differences };
}

describe('diffPackages', () => {
  it('REL-27 finds nothing between a package and itself', async () => {
    const bytes = await makePackage();
    const { counts, differences } = await diff(bytes, bytes);
    expect(counts).toMatchObject({ added: 0, removed: 0, changed: 0, same: 4 });
    expect(differences).toEqual([]);
  });

  it('REL-27 names what only one has, and what differs field by field, across entries', async () => {
    const left = await makePackage();
    const changed = { ...makeAsset('shell', 'sales', 'b'), owner: 'user-2' };
    const right = await makePackage({
      files: { ...sampleFiles(), [shells]: toLines([changed, makeAsset('shell', 'sales', 'bb')]) },
    });
    const { counts, differences } = await diff(left, right);
    expect(counts).toMatchObject({ added: 1, removed: 1, changed: 1, same: 2 });
    expect(differences).toEqual([
      { type: 'shell', project: 'sales', code: 'a', change: 'removed', patch: [] },
      {
        ...{ type: 'shell', project: 'sales', code: 'b', change: 'changed' },
        patch: [{ op: 'replace', path: '/owner', value: 'user-2' }],
      },
      { type: 'shell', project: 'sales', code: 'bb', change: 'added', patch: [] },
    ]);
  });

  it('REL-27 refuses what is no package', async () => {
    const bytes = await makePackage();
    await expect(diff(bytes, Buffer.from('no package'))).rejects.toMatchObject({
      code: 'PackageCorrupt',
      findings: [{ code: 'ArchiveTruncated' }],
    });
  });
});
