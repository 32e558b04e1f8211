import { describe, expect, it } from '@jest/globals';
import { bufferSource } from '../../../archive/archive-source';
import { findReaderDifferences } from '../../../archive/compare-readers';
import { makePackage, sampleFiles, sampleManifest } from './make-package';

const manifest = sampleManifest(sampleFiles());

describe('a second reader', () => {
  it('REL-24 sees the entries that the manifest lists, in their order', async () => {
    const source = bufferSource(await makePackage());

    await expect(findReaderDifferences(source, manifest)).resolves.toEqual([]);
  });

  it('REL-24 tells when it sees an entry of another size', async () => {
    const spoil = (files: ReturnType<typeof sampleFiles>): ReturnType<typeof sampleFiles> => {
      const [path = ''] = Object.keys(files);
      return { ...files, [path]: 'other content than the manifest says' };
    };
    const source = bufferSource(await makePackage({ spoil }));

    const findings = await findReaderDifferences(source, manifest);

    expect(findings.map((finding) => finding.code)).toEqual(['PackageCorrupt']);
  });

  it('REL-24 tells when it sees one entry more', async () => {
    const spoil = (files: ReturnType<typeof sampleFiles>): ReturnType<typeof sampleFiles> => ({
      ...files,
      'zz.txt': 'not listed',
    });
    const source = bufferSource(await makePackage({ spoil }));

    const findings = await findReaderDifferences(source, manifest);

    expect(findings.map((finding) => finding.code)).toEqual(['PackageCorrupt']);
  });
});
