import { describe, expect, it } from '@jest/globals';
import { bufferSource } from '../../../archive/archive-source';
import { checkArchive } from '../../../archive/check-archive';
import { verifyPackage } from '../../../archive/verify-package';
import { codesOf } from './codes-of';
import { craftZip } from './craft-zip';

describe('archives of paths that are made to fill memory', () => {
  it('RUN-19 refuses paths of more folders than it keeps in memory', async () => {
    const paths = Array.from({ length: 5 }, (_, index) => `${index}/${'a/'.repeat(100)}b`);
    const zip = craftZip(paths.map((path) => ({ path })));
    const codes = (maxEntries: number): Promise<string[]> =>
      checkArchive(bufferSource(zip), { maxEntries }).then((all) => all.map(({ code }) => code));
    expect(await codes(255)).toEqual([]);
    expect(await codes(254)).toEqual(['ArchiveTooManyEntries']);
  });

  it('RUN-19 tells of names as much as a message may hold', async () => {
    const entries = Array.from({ length: 30 }, (_, index) => `${index}${'x'.repeat(60_000)}`);
    const bytes = craftZip(entries.map((path) => ({ path, content: '' })));
    const { findings } = await verifyPackage(bufferSource(bytes));
    expect(codesOf({ findings })).toEqual(Array(30).fill('EntryPathTooLong'));
    expect(JSON.stringify(findings).length).toBeLessThan(30 * 700);
  });
});
