import type { Knex } from 'knex';
import { exportRunId } from '../../schemas/ids';
import { nextReleaseState, type ReleaseState } from '../../schemas/releases/release-state';
import type { RunWithContext } from '../runs/find-run';
import { moveRelease } from './move-release';

/**
 * Moves the release of an export that is started again, and forgets what the steps to be redone
 * had written (RUN-4). Gives why it cannot be: a later export, or a state such as `exported`.
 */
export async function reopenExport(
  trx: Knex.Transaction,
  run: RunWithContext,
  redone: readonly string[],
): Promise<{ readonly release: string; readonly why: string } | null> {
  const release = await trx('releases')
    .where({ id: run.subject })
    .whereNull('deleted_at')
    .forUpdate()
    .first<{ state: ReleaseState; attempt: number } | undefined>('state', 'attempt');
  const refuse = (why: string) => ({ release: run.subject, why });
  if (release === undefined) return refuse('the release is deleted');
  if (exportRunId(run.subject, release.attempt) !== run.id)
    return refuse('the release was exported again since');
  if (nextReleaseState(release.state, 'start') === null)
    return refuse(`the release is ${release.state}`);
  await moveRelease(trx, run.subject, 'start');
  if (redone.includes('freeze scope')) await forgetFrozenScope(trx, run.id);
  // What was staged is gone with the earlier execution.
  else await trx('frozen_shards').where({ run_id: run.id }).update({ fragment: null });
  return null;
}

async function forgetFrozenScope(trx: Knex.Transaction, runId: string): Promise<void> {
  for (const table of ['frozen_requirements', 'frozen_shards', 'frozen_scopes']) {
    await trx(table).where({ run_id: runId }).delete();
  }
}
