import { WorkflowNotFoundError } from '@temporalio/client';
import { auditedChange } from '../../store/audit/audited';
import { findRun } from '../../store/runs/find-run';
import { finishRun } from '../../store/runs/finish-run';
import type { ClientContext } from '../context';

const neverBegun = {
  outcome: 'cancelled',
  reason: 'cancelled before it began',
  findings: [],
  result: {},
  steps: [],
  undoFailures: [],
} as const;

const terminated = { ...neverBegun, reason: 'its workflow was terminated, nothing was undone' };

/**
 * Asks a run to stop and undo what it did (RUN-7); one that never began, or whose workflow was
 * terminated, is closed in its record.
 */
export async function cancelRun(context: ClientContext, runId: string): Promise<void> {
  const { database } = context;
  const caller = await context.caller();
  const run = await findRun(database, runId);
  const attempt = { caller, tenantId: run.tenant_id, action: 'run.cancel', object: runId } as const;
  await auditedChange(database, attempt, () => Promise.resolve());
  const handle = (await context.temporal()).workflow.getHandle(runId);
  try {
    await handle.cancel();
    const { status } = await handle.describe();
    // A workflow that ends by itself closes its record first.
    if (status.name === 'TERMINATED' || status.name === 'TIMED_OUT')
      await database.transaction((trx) => finishRun(trx, runId, terminated));
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
    await database.transaction((trx) => finishRun(trx, runId, neverBegun));
  }
}
