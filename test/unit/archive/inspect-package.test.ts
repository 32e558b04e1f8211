import { describe, expect, it } from '@jest/globals';
import { bufferSource } from '../../../archive/archive-source';
import { sha256Hex } from '../../../archive/canonical-json';
import { inspectPackage } from '../../../archive/inspect-package';
import { makePackage } from './make-package';

describe('inspectPackage', () => {
  it('REL-27 says what a package says about itself', async () => {
    const bytes = await makePackage();
    const inspection = await inspectPackage(bufferSource(bytes));
    expect(inspection).toMatchObject({
      findings: [],
      digest: sha256Hex(bytes),
      bytes: bytes.length,
      seal: { algorithm: 'HMAC-SHA256', isSigned: false },
      manifest: { packageId: '0198c7f2-5f0c-7cc1-9d3e-6a5f1b2c3d4e', counts: { objects: 4 } },
    });
    expect(inspection.contentBytes).toBeGreaterThan(1000);
  });

  it('REL-27 says why a file is no package', async () => {
    const inspection = await inspectPackage(bufferSource(Buffer.from('no package')));
    expect([inspection.findings.map((finding) => finding.code), inspection.manifest]).toEqual([
      ['ArchiveTruncated'],
      undefined,
    ]);
  });
});
