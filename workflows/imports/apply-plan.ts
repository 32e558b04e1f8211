import { CancellationScope } from '@temporalio/workflow';
import type { ImportPlanRef } from '../../schemas/imports/activities';
import type { Run } from '../kit/run';
import type { RunResult } from '../kit/conduct-run';

/**
 * Applies a plan and lists what is to be published (REL-33, REL-35). From the moment it is applied
 * the run cannot be taken back any more, only undone by another.
 */
export async function applyPlan(run: Run, plan: ImportPlanRef): Promise<RunResult> {
  const ref = { runId: run.runId };
  const applied = await run.check('apply', ({ control }) =>
    control.applyImport({ ...ref, planDigest: plan.digest }),
  );
  const tidy = (): Promise<void> => run.activities.bulk.removeStagedImport(ref);
  run.undo.keep();
  run.undo.add('remove what was staged', tidy);
  // Whoever aborts or cancels from here on comes too late: what is applied has to be listed.
  run.undo.add('list what is to be published', async () => {
    await run.activities.lasting.registerImport(ref);
  });
  const { toPublish } = await CancellationScope.nonCancellable(() =>
    run.step('register', async ({ control, bulk }) => {
      await bulk.removeStagedImport(ref);
      return control.registerImport(ref);
    }),
  );
  return { planDigest: plan.digest, written: applied.written, deleted: applied.deleted, toPublish };
}
