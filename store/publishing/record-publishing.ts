import { createHash } from 'node:crypto';
import type { Knex } from 'knex';
import { publishRunId } from '../../schemas/ids';
import type { PublishSelection } from '../../schemas/publishing/publish-request';
import type { Caller } from '../people/authenticate';
import { publishPipeline } from './publish-pipeline';

/** What somebody asks to be published. */
export interface PublishingOrder {
  readonly tenantId: number;
  readonly caller: Caller;
  readonly selection: PublishSelection;
  /** The same key is the same publishing (RUN-13). */
  readonly requestKey: string;
}

/** A publishing and the run that does it. */
export interface RecordedPublishing {
  readonly publishing: string;
  readonly runId: string;
}

/** The id of a publishing: the same for the same tenant and request. */
export function publishingIdOf(tenantId: number, requestKey: string): string {
  const hash = createHash('sha256').update(`${tenantId}/${requestKey}`, 'utf8');
  return `pub_${hash.digest('hex').slice(0, 20)}`;
}

/**
 * Records a publishing and its run (RUN-13, RUN-21). The same request gives the run it has while that
 * is open or has ended well, and a new one after it failed.
 */
export async function recordPublishing(
  trx: Knex.Transaction,
  { tenantId, caller, selection, requestKey }: PublishingOrder,
): Promise<RecordedPublishing> {
  const id = publishingIdOf(tenantId, requestKey);
  const known = await trx('publishings')
    .where({ id })
    .forUpdate()
    .first<{ state: string; attempt: number } | undefined>('state', 'attempt');
  if (known !== undefined && !['failed', 'rejected', 'cancelled'].includes(known.state)) {
    return { publishing: id, runId: publishRunId(id, known.attempt) };
  }
  const attempt = (known?.attempt ?? 0) + 1;
  const changes = {
    ...{ state: 'running', attempt, selection: JSON.stringify(selection), ordered: null },
    ...{ counts: null, created_by: caller.name },
  };
  await trx('publishings')
    .insert({ id, tenant_id: tenantId, request_key: requestKey, ...changes })
    .onConflict('id')
    .merge(changes);
  const runId = publishRunId(id, attempt);
  await trx('runs').insert({
    ...{ id: runId, tenant_id: tenantId, pipeline: publishPipeline.name, subject: id },
    ...{ request: JSON.stringify({ publishing: id, attempt }), requested_by: caller.personId },
    status: 'running',
  });
  return { publishing: id, runId };
}
