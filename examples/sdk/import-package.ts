import { connectGantry, type Gantry, type Import } from '../../client';

/**
 * Imports a package as a release user of the target: plans first, prints what would happen, and
 * applies exactly that plan. An approver agrees on the way where the tenant wants it.
 *
 * @example const { state } = await importPlanned({ releaseUser, tenant: 'retail-eu', file: 'june.dp' });
 */
export async function importPlanned({
  releaseUser,
  approver,
  tenant,
  file,
  print = console.log,
}: {
  readonly releaseUser: Gantry;
  readonly approver?: Gantry;
  readonly tenant: string;
  readonly file: string;
  readonly print?: (line: string) => void;
}): Promise<Import> {
  const { imports, runs } = releaseUser;
  const planned = await imports.plan({ tenant, file });
  const report = await runs.result({ run: planned.run });
  if (report.outcome !== 'succeeded') throw new Error(`refused: ${report.reason ?? ''}`);

  const { counts, planDigest, findings } = await imports.show({ tenant, import: planned.import });
  print(`${counts?.new ?? 0} new, ${counts?.changed ?? 0} changed, ${counts?.same ?? 0} the same`);
  for (const { code, reason } of findings) print(`${code}: ${reason}`);

  const started = await imports.run({
    tenant,
    file,
    // If the tenant moves meanwhile there is another plan, and nothing is applied.
    ...(planDigest === null ? {} : { expectedPlan: planDigest }),
  });
  for await (const { approvalRequestId: request } of runs.watch({ run: started.run })) {
    if (request === null || approver === undefined) continue;
    const { state } = await approver.approvals.show({ request });
    if (state === 'pending') await approver.approvals.approve({ request, comment: 'as planned' });
  }
  return imports.show({ tenant, import: started.import });
}

async function main([tenant = '', file = '']: readonly string[]): Promise<void> {
  const releaseUser = await connectGantry({ token: process.env['GANTRY_TOKEN'] ?? '' });
  try {
    console.log((await importPlanned({ releaseUser, tenant, file })).state);
  } finally {
    await releaseUser.close();
  }
}

if (require.main === module) void main(process.argv.slice(2));
