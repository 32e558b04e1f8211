import type { Knex } from 'knex';
import { importRunId } from '../../schemas/ids';
import type { RunWithContext } from '../runs/find-run';
import { refuseSecondImport } from './refuse-second-import';

/** States after which an import can be tried again. */
const reopenedStates = ['failed', 'rejected', 'cancelled'];

/**
 * Moves the import of a run that is started again (RUN-4); planning again replaces the plan by
 * itself. Gives why it cannot be; throws `ImportRunning` where another import is under way (REL-30).
 */
export async function reopenImport(
  trx: Knex.Transaction,
  run: RunWithContext,
): Promise<{ readonly import: string; readonly why: string } | null> {
  const where = { id: run.subject };
  const row = await trx('imports')
    .where(where)
    .first<{ until: string; state: string; attempt: number } | undefined>();
  const refuse = (why: string) => ({ import: run.subject, why });
  if (row === undefined) return refuse('the import is unknown');
  if (row.until === 'register')
    await refuseSecondImport(trx, { tenantId: run.tenant_id, except: run.subject });
  if (importRunId(run.subject, row.attempt) !== run.id)
    return refuse('the import was tried again since');
  const moved = await trx('imports')
    .where(where)
    .whereIn('state', reopenedStates)
    .update({ state: 'running' });
  return moved === 1 ? null : refuse(`the import is ${row.state}`);
}
