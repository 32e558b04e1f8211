import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { connectGantry, verifyPackageFile, type Gantry, type RunDetails } from '../../client';
import { readToken, resolveEnvironment, tokenFile } from '../kit/session';

/** The example’s tenant and who does what in it; examples/workspace/people.json names them. */
export const demoTenant = 'retail';
export const demoPeople = { releaseUser: 'mara-okafor', approver: 'sofia-rossi' } as const;

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
export async function exportWorkspace({
  home,
  credential,
  note,
}: DemoOptions): Promise<DemoExport> {
  const releaseUser = await connectAs(home, demoPeople.releaseUser);
  const approver = await connectAs(home, demoPeople.approver);
  try {
    const { id: release } = await releaseUser.releases.create({
      tenant: demoTenant,
      scope: { method: 'full' },
      exportSettings: { createTableStatements: true },
    });
    note(`${demoPeople.releaseUser} made the draft ${release} and starts its export`);
    const runId = await releaseUser.releases.export({ tenant: demoTenant, release });
    const run = await follow(runId, { releaseUser, approver, note });
    if (run.status !== 'succeeded')
      throw new Error(`the run ended as ${run.status}: ${run.report?.reason ?? ''}`);

    const folder = join(home, 'packages');
    await mkdir(folder, { recursive: true });
    const file = await releaseUser.releases.download({
      tenant: demoTenant,
      release,
      target: folder,
    });
    const verdict = await verifyPackageFile({ file, credential });
    if (!verdict.ok)
      throw new Error(`the package is not good: ${JSON.stringify(verdict.findings)}`);
    note('downloaded, and verified offline: every entry, every line, the seal');
    const objects = verdict.counts?.objects ?? 0;
    return { release, run, file, sizeBytes: verdict.bytes, digest: verdict.digest, objects };
  } finally {
    await releaseUser.close();
    await approver.close();
  }
}

interface Following {
  readonly releaseUser: Gantry;
  readonly approver: Gantry;
  readonly note: (text: string) => void;
}

async function follow(
  run: string,
  { releaseUser, approver, note }: Following,
): Promise<RunDetails> {
  let decided = '';
  let last: RunDetails | undefined;
  for await (const details of releaseUser.runs.watch({ run })) {
    last = details;
    const request = details.approvalRequestId;
    if (request === null || request === decided) continue;
    decided = request;
    await approver.approvals.approve({ request, comment: 'the example approves itself' });
    note(`${demoPeople.approver} approved request ${request}`);
  }
  if (last === undefined) throw new Error('the run gave no state');
  return last;
}

function connectAs(home: string, person: string): Promise<Gantry> {
  return connectGantry({
    environment: resolveEnvironment({ home }),
    token: readToken(tokenFile(home, person)),
  });
}
