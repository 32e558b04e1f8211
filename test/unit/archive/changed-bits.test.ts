import { describe, expect, it } from '@jest/globals';
import { bufferSource } from '../../../archive/archive-source';
import { verifyPackage } from '../../../archive/verify-package';
import { credential, makePackage } from './make-package';

describe('a package with a changed bit', () => {
  it('REL-29 finds a changed bit anywhere in a package', async () => {
    const good = await makePackage();
    const harmless: number[] = [];
    for (let offset = 0; offset < good.length; offset += 3) {
      const bad = Buffer.from(good);
      bad[offset] = (bad[offset] ?? 0) ^ (1 << (offset % 8));
      // The seal is checked last and takes time: only where nothing else was found.
      const quick = await verifyPackage(bufferSource(bad));
      if (quick.findings.some((finding) => finding.severity !== 'info')) continue;
      const verdict = await verifyPackage(bufferSource(bad), { credential });
      if (verdict.findings.length === 0) harmless.push(offset);
    }
    // Bits behind the end of deflated data, and the version an entry's own header asks for, say nothing.
    expect(harmless.filter((offset) => !isUnread(good, offset))).toEqual([]);
    expect(harmless.length).toBeLessThan(20);
  }, 120_000);
});

function isUnread(bytes: Buffer, offset: number): boolean {
  const isVersion = [4, 5].some(
    (place) =>
      bytes.subarray(offset - place, offset - place + 4).toString('latin1') === 'PK\x03\x04',
  );
  const isLastOfContent =
    bytes.subarray(offset + 1, offset + 5).toString('latin1') === 'PK\x07\x08';
  return isVersion || isLastOfContent;
}
