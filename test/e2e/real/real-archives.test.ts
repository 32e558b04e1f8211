import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Finding } from '../../../client';
import { runCommand } from '../../support/run-command';
import { listRealArchives, verdictOf } from '../../unit/archive/real-archives';

const archives = listRealArchives();
// The archives are not part of the project: without them these tests are shown as skipped.
const describeReal = archives.length > 0 ? describe : describe.skip;

const unwanted = 5;

/** Without a manifest the check ends before content is read (REL-29). */
const seenInContent = new Set(['EntryDataBroken', 'EntryHeaderMismatch']);

describeReal(
  'archives of other test suites, by command (skipped where ../shared/real is missing)',
  () => {
    let folder: string;

    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), 'gantry-archives-'));
    });

    afterAll(() => rmSync(folder, { recursive: true, force: true }));

    it.each(archives)('RUN-19 refuses $name by code and writes nothing', async (archive) => {
      const known = verdictOf(archive).filter((code) => !seenInContent.has(code));
      const box = mkdtempSync(join(folder, 'box-'));

      for (const line of [
        ['inspect'],
        ['verify'],
        ['unpack', '--output', join(box, 'inner', 'out')],
      ]) {
        const [verb = '', ...rest] = line;
        const args = ['package', verb, archive.file, ...rest, '--json'];
        const { status, stdout, stderr } = await runCommand(args, {});
        const said = JSON.parse(stdout) as {
          findings?: Finding[];
          error?: { findings: Finding[] };
        };
        const findings = said.findings ?? said.error?.findings ?? [];
        const errors = findings.filter((finding) => finding.severity === 'error');

        expect({ verb, status, stderr }).toEqual({ verb, status: unwanted, stderr: '' });
        const codes = [...new Set(errors.map((finding) => finding.code))];
        expect(codes).toEqual(known.length > 0 ? known : ['ManifestMissing']);
      }

      const left = readdirSync(box, { recursive: true });
      expect(left.filter((path) => path !== 'inner')).toEqual([]);
    });

    it('RUN-19 has judged every one of them', () => {
      expect(archives).toHaveLength(76);
    });
  },
);
