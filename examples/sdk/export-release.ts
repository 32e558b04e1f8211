import { connectGantry, type Gantry, type RunDetails } from '../../client';

const tenant = 'retail';

/**
 * Exports what changed in June 2026 in the example workspace, as a release user, and downloads the
 * package; gives its path. An approver has to agree on the way.
 *
 * @example const path = await exportJune({ releaseUser, approver, target: '.' });
 */
export async function exportJune({
  releaseUser,
  approver,
  target,
  print = console.log,
}: {
  readonly releaseUser: Gantry;
  readonly approver: Gantry;
  readonly target: string;
  readonly print?: (line: string) => void;
}): Promise<string> {
  const { id: release } = await releaseUser.releases.create({
    tenant,
    name: 'June 2026 六月.dp',
    scope: {
      method: 'incremental',
      changed: { from: '2026-06-01', to: '2026-06-30' },
      categories: ['development', 'standard'],
      projects: ['retail_dim', 'retail_dwd', 'retail_dws'],
    },
  });
  const { objectCount, leftOutCount } = await releaseUser.releases.preview({ tenant, release });
  print(`${objectCount} objects; ${leftOutCount} changed again later and stay out`);

  // The tenant has to be in the mode cross-tenant-publishing, which an administrator starts.
  const run = await releaseUser.releases.export({ tenant, release });
  print(releaseUser.runs.link({ run }));

  for await (const details of releaseUser.runs.watch({ run })) {
    print(describeStep(details));
    if (details.approvalRequestId !== null)
      print(await approve(approver, details.approvalRequestId));
  }

  const { outcome, reason } = await releaseUser.runs.result({ run });
  if (outcome !== 'succeeded') throw new Error(`the export ended as ${outcome}: ${reason ?? ''}`);
  return releaseUser.releases.download({ tenant, release, target });
}

async function approve(approver: Gantry, request: string): Promise<string> {
  const { state, subjectDigest } = await approver.approvals.show({ request });
  if (state !== 'pending') return `the request is ${state}`;
  await approver.approvals.approve({ request, comment: 'looked at the preview' });
  return `approved the scope with digest ${subjectDigest}`;
}

function describeStep({ status, steps }: RunDetails): string {
  const current = steps.findLast((step) => step.startedAt !== null);
  const { done, total, unit } = current?.progress ?? { done: 0, total: 0, unit: '' };
  return `${status}: ${current?.name ?? 'not begun'}${total === 0 ? '' : ` ${done}/${total} ${unit}`}`;
}

async function main(): Promise<void> {
  const releaseUser = await connectGantry({ token: process.env['GANTRY_TOKEN'] ?? '' });
  const approver = await connectGantry({ token: process.env['GANTRY_APPROVER_TOKEN'] ?? '' });
  try {
    console.log(await exportJune({ releaseUser, approver, target: '.' }));
  } finally {
    await Promise.all([releaseUser.close(), approver.close()]);
  }
}

if (require.main === module) void main();
