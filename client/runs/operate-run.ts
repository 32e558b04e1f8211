import { randomUUID } from 'node:crypto';
import { messageNames, type OperatorAction } from '../../schemas/messages';
import { auditedChange } from '../../store/audit/audited';
import { findRun } from '../../store/runs/find-run';
import type { ClientContext } from '../context';
import { resolveParkedStep } from './resolve-parked-step';

interface Operation {
  readonly action: OperatorAction;
  readonly run: string;
  readonly note: string;
}

/** Leaves the operator’s name with their token’s word for it, then asks the run (RUN-3, RUN-21). */
export async function operateRun(
  context: ClientContext,
  { action, run: runId, note }: Operation,
): Promise<void> {
  const { database } = context;
  const caller = await context.caller();
  const run = await findRun(database, runId);
  const decisionId = randomUUID();
  const request = { id: decisionId, run_id: runId, action, actor: caller.name, note };
  const details = { operation: action, note };
  await auditedChange(
    database,
    { caller, tenantId: run.tenant_id, action: 'run.operate', object: runId, details },
    (trx) => trx('operator_requests').insert(request),
  );
  const message = { by: caller.name, note, decisionId };
  const handle = (await context.temporal()).workflow.getHandle(runId);
  if (action === 'pause' || action === 'resume') await handle.signal(messageNames[action], message);
  else await resolveParkedStep(handle, { action, ...message });
}
