import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { openFileSource } from '../../../archive/archive-source';
import { checkArchive } from '../../../archive/check-archive';
import { listRealArchives, verdictOf } from './real-archives';
import { refusedArchives } from './refused-archives';

const archives = listRealArchives();
const whenPresent = archives.length > 0 ? describe : describe.skip;

whenPresent('archives of other test suites', () => {
  it.each(archives)('RUN-19 judges $name', async (archive) => {
    const source = await openFileSource(archive.file);
    try {
      const findings = await checkArchive(source);
      const codes = [...new Set(findings.map((finding) => finding.code))];
      const refusal = refusedArchives[archive.sha256.slice(0, 8)];
      expect(codes).toEqual(verdictOf(archive));
      // Who is stricter than a plain reader has to say why; nobody is laxer.
      if (archive.python === 'ok' && refusal !== undefined) expect(refusal.stricter).toMatch(/./);
      if (refusal === undefined) expect(archive.python).toBe('ok');
      const content = await source.read(0, source.size);
      expect(createHash('sha256').update(content).digest('hex')).toBe(archive.sha256);
    } finally {
      await source.close();
    }
  });

  it('RUN-19 has a verdict for nothing that is not there', () => {
    const known = new Set(archives.map((archive) => archive.sha256.slice(0, 8)));
    expect(Object.keys(refusedArchives).filter((digest) => !known.has(digest))).toEqual([]);
    expect(archives).toHaveLength(76);
  });
});
