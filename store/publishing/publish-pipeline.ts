import type { Knex } from 'knex';
import { publishRunId } from '../../schemas/ids';
import type { PublishOrderRef } from '../../schemas/publishing/activities';
import type { PublishSelection } from '../../schemas/publishing/publish-request';
import type { RunWithContext } from '../runs/find-run';
import type { Pipeline, SubjectEvent, SubjectSummary } from '../runs/pipeline';
import { countOutcomes } from './report-publishing';

const stateAfter: Record<SubjectEvent, string> = {
  'await approval': 'waiting for approval',
  approve: 'running',
  succeeded: 'published',
  'check failed': 'failed',
  rejected: 'rejected',
  expired: 'rejected',
  aborted: 'failed',
  cancelled: 'cancelled',
};
const openStates = ['running', 'waiting for approval'];

interface PublishingRow {
  readonly selection: PublishSelection;
  readonly ordered: PublishOrderRef | null;
  readonly attempt: number;
  readonly state: string;
}

/** Publish runs: what they are about is a publishing, by its id (REL-36 … REL-40). */
export const publishPipeline: Pipeline = {
  name: 'release.publish',
  noun: 'publishing',
  approvalPolicy: (settings) => settings?.publish_approval ?? null,
  summarise: summarisePublishing,
  onEvent: movePublishing,
  reopen: reopenPublishing,
  startedBy: 'release.publish',
};

async function movePublishing(
  trx: Knex.Transaction,
  run: RunWithContext,
  event: SubjectEvent,
): Promise<void> {
  const row = await findPublishing(trx, run);
  if (row === undefined || !openStates.includes(row.state)) return;
  const state = stateAfter[event];
  const isOver = !openStates.includes(state);
  const counts = isOver ? JSON.stringify(await countOutcomes(trx, run.id)) : null;
  await trx('publishings').where({ id: run.subject }).update({ state, counts });
  if (isOver) await letGo(trx, run.id);
}

/** What the run had taken and did not come to is to be published by others again. */
async function letGo(trx: Knex.Transaction, runId: string): Promise<void> {
  await trx('publish_objects')
    .where({ run_id: runId, status: 'publishing' })
    .update({ status: 'to be published' });
}

async function findPublishing(
  trx: Knex.Transaction,
  run: RunWithContext,
): Promise<PublishingRow | undefined> {
  return trx('publishings')
    .where({ id: run.subject })
    .forUpdate()
    .first<PublishingRow | undefined>();
}

/** What would be published, in counts. */
async function summarisePublishing(
  trx: Knex.Transaction,
  run: RunWithContext,
): Promise<SubjectSummary> {
  const row = await findPublishing(trx, run);
  const { rows } = await trx.raw<{
    rows: { type: string; change_type: string; count: number }[];
  }>(
    `select a.type, o.change_type, count(*)::integer as count
     from publish_run_objects o join assets a on a.id = o.asset_id
     where o.run_id = ? group by 1, 2 order by 1, 2`,
    [run.id],
  );
  const changes: Record<string, number> = {};
  const types: Record<string, number> = {};
  for (const { type, change_type: change, count } of rows) {
    changes[change] = (changes[change] ?? 0) + count;
    types[type] = (types[type] ?? 0) + count;
  }
  return {
    name: `${row?.ordered?.objectCount ?? 0} objects`,
    publishing: run.subject,
    chosen: row?.selection.kind ?? null,
    objects: row?.ordered?.objectCount ?? 0,
    changes,
    types,
    notPublishable: row?.ordered?.notPublishable ?? 0,
  };
}

/** Takes the objects that were not come to again; gives why the run cannot be started again (RUN-4). */
async function reopenPublishing(
  trx: Knex.Transaction,
  run: RunWithContext,
  redone: readonly string[],
): Promise<{ readonly publishing: string; readonly why: string } | null> {
  const refuse = (why: string) => ({ publishing: run.subject, why });
  const row = await findPublishing(trx, run);
  if (row === undefined) return refuse('the publishing is unknown');
  if (row.state === 'published') return refuse('it is published; retry what failed');
  if (publishRunId(run.subject, row.attempt) !== run.id)
    return refuse('the publishing was tried again since');
  const { objects: decided } = await countOutcomes(trx, run.id);
  const ordersAnew = redone.includes('order');
  if (ordersAnew && decided > 0) return refuse('a part is published; start another run');
  if (!ordersAnew && !(await takeAgain(trx, run.id)))
    return refuse('others published some of its objects meanwhile');
  await trx('publishings')
    .where({ id: run.subject })
    .update({ state: 'running', ...(ordersAnew ? { ordered: null } : {}) });
  return null;
}

/** False where one of the objects is not to be published any more. */
async function takeAgain(trx: Knex.Transaction, runId: string): Promise<boolean> {
  const { rows } = await trx.raw<{ rows: [{ count: number }] }>(
    `with waiting as (
       select asset_id, import_id from publish_run_objects where run_id = :runId and status = 'waiting'
     ), taken as (
       update publish_objects p set status = 'publishing', run_id = :runId from waiting w
       where p.asset_id = w.asset_id and p.import_id = w.import_id
         and p.status in ('to be published', 'failed')
       returning p.asset_id
     )
     select (select count(*) from waiting) - (select count(*) from taken) as count`,
    { runId },
  );
  return rows[0].count === 0;
}
