import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { verifyPackageFile, type RunDetails } from '../../client';
import { asPeople, followRun } from './follow-run';

/** The example’s first tenant; examples/workspace/people.json says who does what in it. */
export const demoTenant = 'retail';
const people = { releaseUser: 'mara-okafor', approver: 'sofia-rossi' } as const;

/** What the example export made. */
export interface DemoExport {
  readonly release: string;
  readonly run: RunDetails;
  readonly file: string;
  readonly sizeBytes: number;
  /** SHA-256 in hex. */
  readonly digest: string;
  readonly objects: number;
}

interface DemoOptions {
  readonly home: string;
  readonly credential: string;
  readonly note: (text: string) => void;
}

/** Exports the example workspace as its people would: draft, export, approval, download, verification. */
export function exportWorkspace({ home, credential, note }: DemoOptions): Promise<DemoExport> {
  return asPeople(home, people, async ({ releaseUser, approver }) => {
    const { releases } = releaseUser.gantry;
    const { id: release } = await releases.create({
      tenant: demoTenant,
      scope: { method: 'full' },
      exportSettings: { createTableStatements: true },
    });
    note(`${releaseUser.name} made the draft ${release} and starts its export`);
    const runId = await releases.export({ tenant: demoTenant, release });
    const run = await followRun(runId, { by: releaseUser, approvers: [approver], note });

    const folder = join(home, 'packages');
    await mkdir(folder, { recursive: true });
    const file = await releases.download({ tenant: demoTenant, release, target: folder });
    const verdict = await verifyPackageFile({ file, credential });
    if (!verdict.ok)
      throw new Error(`the package is not good: ${JSON.stringify(verdict.findings)}`);
    note('downloaded, and verified offline: every entry, every line, the seal');
    const objects = verdict.counts?.objects ?? 0;
    return { release, run, file, sizeBytes: verdict.bytes, digest: verdict.digest, objects };
  });
}
