import { describe, expect, it } from '@jest/globals';
import { bufferSource } from '../../../archive/archive-source';
import { verifyPackage, type PackageVerdict } from '../../../archive/verify-package';
import {
  credential,
  makeAsset,
  makePackage,
  sampleFiles,
  toLines,
  type PackageToMake,
} from './make-package';

const shell1 = 'objects/development/shell/0001.ndjson';
const asset = makeAsset('shell', 'sales', 'a');

async function verify(making: PackageToMake, linesAreKnown: boolean): Promise<PackageVerdict> {
  const source = bufferSource(await makePackage(making));
  return verifyPackage(source, { credential, linesAreKnown });
}

describe('verifyPackage of lines that are known', () => {
  it('REL-17 counts what is in a good package', async () => {
    const verdict = await verify({}, true);
    expect(verdict).toMatchObject({ ok: true, counts: { objects: 4, byType: { shell: 3 } } });
  });

  it('REL-17 finds content that differs from its digest', async () => {
    const spoil: PackageToMake['spoil'] = (files) => ({ ...files, [shell1]: toLines([asset]) });
    const known = await verify({ spoil }, true);
    const codes = new Set(known.findings.map((finding) => finding.code));
    expect(codes).toContain('EntryDigestDiffers');
    expect(codes).toContain('CountsDiffer');
  });

  it('REL-17 leaves the form of lines to the check of packages from elsewhere', async () => {
    const files = { ...sampleFiles(), [shell1]: toLines([asset]).replace('{', '{ ') };
    const codes = async (known: boolean): Promise<string[]> =>
      (await verify({ files }, known)).findings.map((finding) => finding.code);
    expect(await codes(false)).toContain('LineNotCanonical');
    expect(await codes(true)).not.toContain('LineNotCanonical');
  });
});
