import type { Knex } from 'knex';
import { PipelineError } from '../../schemas/pipeline-error';
import {
  nextReleaseState,
  releaseStates,
  type ReleaseEvent,
  type ReleaseState,
} from '../../schemas/releases/release-state';

/**
 * Moves a release to the state that follows on an event (REL-10). An event that has had its effect
 * already changes nothing, so it may come twice. Throws `ReleaseStateWrong` and `ReleaseNotFound`.
 */
export async function changeReleaseState(
  trx: Knex.Transaction,
  change: { readonly releaseId: string; readonly event: ReleaseEvent },
): Promise<ReleaseState> {
  const { releaseId, event } = change;
  const row = await trx('releases')
    .where({ id: releaseId })
    .forUpdate()
    .first<{ state: ReleaseState } | undefined>('state');
  if (row === undefined) throw new PipelineError('ReleaseNotFound', { release: releaseId });
  const next = nextReleaseState(row.state, event);
  if (next === null) {
    if (releaseStates.some((state) => nextReleaseState(state, event) === row.state))
      return row.state;
    throw new PipelineError('ReleaseStateWrong', { release: releaseId, state: row.state, event });
  }
  await trx('releases').where({ id: releaseId }).update({ state: next, updated_at: trx.fn.now() });
  return next;
}
