import type { Knex } from 'knex';
import type { OperatorVerdict } from '../../schemas/activities';
import type { OperatorAction } from '../../schemas/messages';
import { mayDo } from '../../schemas/tenants/rights';
import { writeAudit } from '../audit/audit-log';
import { rolesOf } from '../people/authorize';
import { findRun } from './find-run';

/** What an operator asked of a run, as it came in. */
export interface OperatorRequest {
  readonly runId: string;
  readonly action: OperatorAction;
  readonly step: string;
  readonly by?: string;
  readonly note?: string;
  readonly decisionId?: string;
}

/**
 * Tells whether who asks may do this to the run, and audits it either way (RUN-3, RUN-21). A
 * request without a name, as one click in the Temporal UI sends it, may retry and nothing else:
 * that only does again what was asked for with a right.
 */
export async function judgeOperator(
  trx: Knex.Transaction,
  request: OperatorRequest,
): Promise<OperatorVerdict> {
  const run = await findRun(trx, request.runId);
  const left = await trx('operator_requests')
    .where({ id: request.decisionId ?? '', run_id: run.id, action: request.action })
    .first<{ actor: string } | undefined>('actor');
  const name = left?.actor ?? request.by ?? '';
  const person = await trx('people').where({ name }).first<{ id: number } | undefined>('id');
  const roles = person === undefined ? [] : await rolesOf(trx, person.id, run.tenant_id);
  const allowed = name === '' ? request.action === 'retry' : mayDo('run.operate', roles);
  const reason = allowed
    ? 'allowed'
    : name === ''
      ? 'say who you are'
      : `${name} has not the right to do this`;
  await writeAudit(trx, {
    tenantId: run.tenant_id,
    actor: name === '' ? 'unnamed' : name,
    actorSource: left === undefined ? 'claimed' : 'token',
    action: `run.${request.action}`,
    object: run.id,
    outcome: allowed ? 'ok' : 'refused',
    details: { step: request.step, note: request.note ?? '' },
  });
  return { allowed, reason, by: name === '' ? 'an operator' : name };
}
