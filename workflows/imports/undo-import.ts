import { undoSteps, type RunReport, type UndoImportInput } from '../../schemas/workflows';
import { ApprovalGate } from '../kit/approval-gate';
import { conductRun } from '../kit/conduct-run';
import { Run } from '../kit/run';
import { applyPlan } from './apply-plan';

/** Undoes an import: an import of what was there before it, planned and approved like one (REL-41). */
export async function undoImport(input: UndoImportInput): Promise<RunReport> {
  const run = new Run(undoSteps, input);
  const gate = new ApprovalGate(run);
  const ref = { runId: run.runId };

  const recheck = async (): Promise<void> => {
    await run.check('check permission', ({ control }) => control.checkImportPermission(ref));
    await run.check('check maintenance mode', ({ control }) => control.holdMaintenanceMode(ref));
  };

  return conductRun(run, async () => {
    await recheck();
    run.recheckAfterWaits(recheck);
    const plan = await run.check('plan', ({ control }) => control.planUndo(ref));
    if (plan.counts.writes > 0) await gate.pass('wait for approval', plan.digest);
    await recheck();
    return { ...plan.counts, ...(await applyPlan(run, plan)) };
  });
}
