import { importSteps, type ImportPackageInput, type RunReport } from '../../schemas/workflows';
import { ApprovalGate } from '../kit/approval-gate';
import { conductRun } from '../kit/conduct-run';
import { Run } from '../kit/run';
import { applyPlan } from './apply-plan';
import { indexPackage } from './index-package';
import { stageShards } from './stage-shards';

/**
 * Imports a package, whole or not at all (REL-28 … REL-35). A check ends after `verify` and a plan
 * after `plan`; both write nothing to the tenant.
 */
export async function importPackage(input: ImportPackageInput): Promise<RunReport> {
  const run = new Run(importSteps, input);
  const gate = new ApprovalGate(run);
  const ref = { runId: run.runId };
  const window = input.limits.shardWindow;
  const writes = input.until === 'register';

  const recheck = async (): Promise<void> => {
    await run.check('check permission', ({ control }) => control.checkImportPermission(ref));
    if (!writes) return;
    await run.check('check maintenance mode', ({ control }) => control.holdMaintenanceMode(ref));
  };
  const stopHere = async (): Promise<void> => {
    await run.activities.bulk.removeStagedImport(ref);
    for (const step of run.journal.views.filter(({ state }) => state === 'pending')) {
      run.journal.end(step.name, 'skipped', `this run ends after ${input.until}`);
    }
  };

  return conductRun(run, async () => {
    // The package was put into the store before the run began.
    run.undo.add('remove what was staged', () => run.activities.bulk.removeStagedImport(ref));
    await recheck();
    run.recheckAfterWaits(recheck);

    const received = await run.check('receive', ({ bulk }) => bulk.receivePackage(ref));
    await run.check('verify', (activities) => indexPackage(run, activities, { received, window }));
    if (input.until === 'verify') {
      await stopHere();
      return { digest: received.sha256, sizeBytes: received.bytes };
    }

    const plan = await run.check('plan', ({ control }) => control.planImport(ref));
    const counts = { ...plan.counts };
    if (input.until === 'plan') {
      await stopHere();
      return { planDigest: plan.digest, ...counts };
    }

    if (plan.counts.writes === 0) run.journal.note('plan', 'nothing differs');
    else await gate.pass('wait for approval', plan.digest);
    await recheck();
    await run.step('stage', (activities) => stageShards(run, activities, { plan, window }));
    return { ...counts, ...(await applyPlan(run, plan)) };
  });
}
