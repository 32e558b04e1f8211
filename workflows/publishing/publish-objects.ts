import { publishSteps, type PublishObjectsInput, type RunReport } from '../../schemas/workflows';
import { ApprovalGate } from '../kit/approval-gate';
import { conductRun } from '../kit/conduct-run';
import { Run } from '../kit/run';
import { publishStages } from './publish-stages';

/**
 * Publishes chosen objects in the order of what needs what (REL-36 … REL-40). What failed is told in
 * the result, it is no failure of the run; what is online stays so, however the run ends.
 */
export async function publishObjects(input: PublishObjectsInput): Promise<RunReport> {
  const run = new Run(publishSteps, input);
  const gate = new ApprovalGate(run);
  const ref = { runId: run.runId };

  const recheck = async (): Promise<void> => {
    await run.check('check permission', ({ control }) => control.checkPublishPermission(ref));
    await run.check('check maintenance mode', ({ control }) => control.holdMaintenanceMode(ref));
  };

  return conductRun(run, async () => {
    await recheck();
    run.recheckAfterWaits(recheck);
    const order = await run.check('order', ({ bulk }) => bulk.orderPublishing(ref));
    if (order.objectCount === 0) run.journal.note('order', 'nothing to publish');
    else await gate.pass('wait for approval', order.digest);
    await recheck();
    await run.step('publish', (activities) =>
      publishStages(run, activities, { order, window: input.limits.shardWindow }),
    );
    const { counts } = await run.check('report', ({ control }) => control.reportPublishing(ref));
    const { notPublishable } = order;
    return { publishing: input.publishingId, digest: order.digest, ...counts, notPublishable };
  });
}
