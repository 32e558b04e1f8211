import type { Knex } from 'knex';
import {
  nextReleaseState,
  type ReleaseEvent,
  type ReleaseState,
} from '../../schemas/releases/release-state';

/**
 * Moves a release by an event of its export (REL-10). An event that cannot happen in its state
 * changes nothing, so that repeating one is safe. Gives the state afterwards.
 */
export async function moveRelease(
  trx: Knex.Transaction,
  releaseId: string,
  event: ReleaseEvent,
): Promise<ReleaseState | undefined> {
  const row = await trx('releases')
    .where({ id: releaseId })
    .forUpdate()
    .first<{ state: ReleaseState } | undefined>('state');
  if (row === undefined) return undefined;
  const next = nextReleaseState(row.state, event);
  if (next === null) return row.state;
  await trx('releases').where({ id: releaseId }).update({ state: next, updated_at: trx.fn.now() });
  return next;
}
