import { createHash } from 'node:crypto';
import type { Knex } from 'knex';
import { importRunId } from '../../schemas/ids';
import type { ImportOptions } from '../../schemas/imports/import-options';
import { PipelineError } from '../../schemas/pipeline-error';
import type { Caller } from '../people/authenticate';
import { importPipeline, undoPipeline } from './import-pipeline';
import { refuseSecondImport } from './refuse-second-import';

/** An import that somebody asks for. */
export interface ImportOrder {
  readonly tenantId: number;
  readonly caller: Caller;
  readonly until: 'verify' | 'plan' | 'register';
  readonly fileName: string;
  readonly objectKey: string;
  /** The same key is the same import (RUN-13). */
  readonly requestKey: string;
  readonly options: ImportOptions;
}

/** An import and the run that does it; not new where the same one was asked for before. */
export interface RecordedImport {
  readonly importId: string;
  readonly runId: string;
  readonly isNew: boolean;
}

interface ImportRow {
  readonly id: string;
  readonly state: string;
  readonly attempt: number;
}

/** The id of an import: the same for the same tenant and request. */
export function importIdOf(tenantId: number, requestKey: string): string {
  const hash = createHash('sha256').update(`${tenantId}/${requestKey}`, 'utf8');
  return `imp_${hash.digest('hex').slice(0, 20)}`;
}

/**
 * Records an import and its run (RUN-13, RUN-21). The same request gives the run it has while that
 * is open or has succeeded, and a new one after it failed. Throws `ImportRunning`.
 */
export async function recordImport(
  trx: Knex.Transaction,
  order: ImportOrder,
): Promise<RecordedImport> {
  const id = importIdOf(order.tenantId, order.requestKey);
  return recordAttempt(trx, order, {
    ...{ id, kind: 'import', undoes: null, file_name: order.fileName },
    ...{ object_key: order.objectKey, until: order.until },
  });
}

/**
 * Records the undo of an import and its run (REL-41). Throws `ImportNotFound`, `ImportNotUndoable`
 * and `ImportRunning`.
 */
export async function recordUndo(
  trx: Knex.Transaction,
  order: Pick<ImportOrder, 'tenantId' | 'caller' | 'options'> & { readonly undoes: string },
): Promise<RecordedImport> {
  const original = await trx('imports')
    .where({ id: order.undoes, tenant_id: order.tenantId })
    .first<
      | (ImportRow & {
          file_name: string;
          undone_by: string | null;
          images_removed_at: Date | null;
        })
      | undefined
    >();
  if (original === undefined) throw new PipelineError('ImportNotFound', { import: order.undoes });
  // An undo that was undone itself leaves room for another one.
  const earlier = await trx('imports')
    .where({ tenant_id: order.tenantId, undoes: order.undoes, state: 'undone' })
    .count<{ count: number }[]>({ count: '*' });
  const requestKey = `undo/${order.undoes}/${earlier[0]?.count ?? 0}`;
  const id = importIdOf(order.tenantId, requestKey);
  const { state, undone_by: undoneBy, images_removed_at: imagesRemovedAt } = original;
  if (state !== 'imported' || imagesRemovedAt !== null || (undoneBy !== null && undoneBy !== id)) {
    throw new PipelineError('ImportNotUndoable', { import: order.undoes, state, undoneBy });
  }
  return recordAttempt(
    trx,
    { ...order, requestKey },
    {
      ...{ id, kind: 'undo', undoes: order.undoes, file_name: original.file_name },
      ...{ object_key: '', until: 'register' },
    },
  );
}

async function recordAttempt(
  trx: Knex.Transaction,
  order: Pick<ImportOrder, 'tenantId' | 'caller' | 'requestKey' | 'options'>,
  row: { readonly id: string; readonly kind: 'import' | 'undo'; readonly until: string } & Readonly<
    Record<string, unknown>
  >,
): Promise<RecordedImport> {
  const { tenantId, caller } = order;
  if (row.until === 'register') await refuseSecondImport(trx, { tenantId, except: row.id });
  const known = await trx('imports')
    .where({ id: row.id })
    .forUpdate()
    .first<ImportRow | undefined>('id', 'state', 'attempt');
  if (known !== undefined && !['failed', 'rejected', 'cancelled'].includes(known.state)) {
    return { importId: row.id, runId: importRunId(row.id, known.attempt), isNew: false };
  }
  const attempt = (known?.attempt ?? 0) + 1;
  const options = JSON.stringify(order.options);
  await trx('imports')
    .insert({
      ...{ ...row, tenant_id: tenantId, request_key: order.requestKey, options, attempt },
      ...{ state: 'running', created_by: caller.name },
    })
    .onConflict('id')
    .merge({ state: 'running', attempt, options, created_by: caller.name });
  const runId = importRunId(row.id, attempt);
  const pipeline = row.kind === 'import' ? importPipeline : undoPipeline;
  await trx('runs').insert({
    ...{ id: runId, tenant_id: tenantId, pipeline: pipeline.name, subject: row.id },
    ...{ request: JSON.stringify({ import: row.id, attempt }), requested_by: caller.personId },
    status: 'running',
  });
  return { importId: row.id, runId, isNew: true };
}
