import { CancellationScope, ParentClosePolicy, patched, startChild } from '@temporalio/workflow';
import { packageExpiryId } from '../../schemas/ids';
import {
  exportSteps,
  workflowNames,
  type ExportReleaseInput,
  type ExpirePackageInput,
  type RunReport,
} from '../../schemas/workflows';
import { ApprovalGate } from '../kit/approval-gate';
import { conductRun } from '../kit/conduct-run';
import { Run } from '../kit/run';
import { collectShards } from './collect-shards';
import { scanFrozenScope } from './scan-frozen-scope';

/** Exports a release to a verified package (REL-17 … REL-23). */
export async function exportRelease(input: ExportReleaseInput): Promise<RunReport> {
  const run = new Run(exportSteps, input);
  const gate = new ApprovalGate(run);
  const ref = { runId: run.runId };

  const recheck = async (): Promise<void> => {
    await run.check('check permission', ({ control }) => control.checkReleasePermission(ref));
    await run.check('check maintenance mode', ({ control }) => control.holdMaintenanceMode(ref));
  };

  return conductRun(run, async () => {
    await run.check('check settings', ({ control }) => control.checkReleaseSettings(ref));
    await recheck();
    run.recheckAfterWaits(recheck);

    const frozen = await run.check('freeze scope', async (activities) => {
      const selected = await activities.control.freezeScope(ref);
      return patched('secret-scan')
        ? scanFrozenScope(run, activities, { frozen: selected, window: input.limits.shardWindow })
        : selected;
    });
    await gate.pass('wait for approval', frozen.digest);
    await recheck();

    run.undo.add('remove staged objects', () => run.activities.bulk.removeStagedObjects(ref));
    await run.step('collect', ({ bulk }) =>
      collectShards(run, bulk, { frozen, window: input.limits.shardWindow }),
    );
    const staged = await run.step('package', ({ bulk }) => bulk.joinPackage(ref));
    run.undo.add('remove the package', () => run.activities.bulk.removePackageObject(ref));
    const stored = await run.step('upload', ({ bulk }) =>
      bulk.promotePackage({ ...ref, ...staged }),
    );
    await run.check('verify', ({ bulk }) => bulk.verifyPackage({ ...ref, ...stored }));
    const registered = await run.step('register', async ({ control, bulk }) => {
      await bulk.removeStagedObjects(ref);
      return control.registerPackage({ ...ref, ...stored });
    });
    run.undo.keep();
    const expire = (): Promise<void> => expireLater(input, registered);
    // Whoever cancels or aborts from here on comes too late for the package, which must not stay for ever.
    run.undo.add('plan the deletion of the package', expire);
    await run.step('retention', expire, () => undefined);
    return {
      ...registered,
      digest: stored.sha256,
      sizeBytes: stored.bytes,
      objects: frozen.objectCount,
    };
  });
}

/** Starts the run that deletes the package after its retention time (REL-22); it outlives this one. */
async function expireLater(
  { queues, limits, tenant }: ExportReleaseInput,
  registered: { readonly packageId: string; readonly expiresAt: string },
): Promise<void> {
  const expiry: ExpirePackageInput = { queues, limits, tenant, ...registered };
  // Else a cancellation of this run, however late, would cancel that one too.
  await CancellationScope.nonCancellable(() =>
    startChild(workflowNames.expirePackage, {
      workflowId: packageExpiryId(registered.packageId),
      taskQueue: queues.control,
      args: [expiry],
      parentClosePolicy: ParentClosePolicy.ABANDON,
      staticSummary: `Delete package ${registered.packageId} at ${registered.expiresAt}`,
    }),
  );
}
