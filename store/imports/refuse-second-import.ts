import type { Knex } from 'knex';
import { importRunId } from '../../schemas/ids';
import { PipelineError } from '../../schemas/pipeline-error';

/**
 * Throws `ImportRunning` with the id of the import that is under way, and its run, where another one
 * than `except` is (REL-30). Others who start one wait until the transaction ends.
 */
export async function refuseSecondImport(
  trx: Knex.Transaction,
  { tenantId, except }: { readonly tenantId: number; readonly except: string },
): Promise<void> {
  await trx('tenants').where({ id: tenantId }).forNoKeyUpdate().first('id');
  const other = await trx('imports')
    .where({ tenant_id: tenantId, until: 'register' })
    .whereIn('state', ['running', 'waiting for approval'])
    .whereNot({ id: except })
    .first<{ id: string; state: string; attempt: number } | undefined>('id', 'state', 'attempt');
  if (other === undefined) return;
  const { id, state, attempt } = other;
  throw new PipelineError('ImportRunning', { import: id, state, run: importRunId(id, attempt) });
}
