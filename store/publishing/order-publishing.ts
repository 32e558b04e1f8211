import type { Knex } from 'knex';
import type { CheckResult } from '../../schemas/runs/run-ref';
import type { PublishOrderRef } from '../../schemas/publishing/activities';
import type { PublishSelection } from '../../schemas/publishing/publish-request';
import type { Database } from '../database/connect';
import { refreshStatistics } from '../database/refresh-statistics';
import { findRun } from '../runs/find-run';
import { chooseObjects } from './choose-objects';
import { decidePublishOrder, type PublishOrder } from './publish-order';
import { packPublishShards, type PublishShards } from './publish-shards';
import { countReferences, readEdges, writeEdges } from './publish-edges';

type Ordered = PublishOrderRef & CheckResult;

/** Objects in one shard: one transaction, and what a killed worker has to do again. */
const objectsInShard = 500;
const rowsInBatch = 20_000;

/**
 * Chooses what a run publishes, pins each object's version, and orders all by what they refer to
 * (REL-37). From now on they are `publishing`, and no other run takes them. Twice: what it gave
 * before, as long as the run was not closed meanwhile.
 */
export async function orderPublishing(
  database: Database,
  { runId }: { readonly runId: string },
  beat: () => void,
): Promise<Ordered> {
  const ordered = await database.transaction(async (trx) => {
    const run = await findRun(trx, runId);
    const row = await trx('publishings')
      .where({ id: run.subject })
      .forUpdate()
      .first<{ selection: PublishSelection; ordered: Ordered | null }>('selection', 'ordered');
    if (row.ordered !== null) return row.ordered;
    await forgetOrder(trx, runId);
    const tenantId = run.tenant_id;
    const { selection } = row;
    const chosen = await chooseObjects(trx, { tenantId, runId, selection });
    beat();
    const pinned = chosen.findings.length > 0 ? nothing : await pinObjects(trx, runId);
    const stages = pinned.objectCount === 0 ? [] : await orderObjects(trx, runId, { pinned, beat });
    const result: Ordered = { ...pinned, ...chosen, stages };
    await trx('publishings')
      .where({ id: run.subject })
      .update({ ordered: JSON.stringify(result) });
    return result;
  });
  await refreshStatistics(database, ['publish_run_objects', 'publish_run_edges']);
  return ordered;
}

/** Lets a run order anew: what it had chosen is forgotten. */
export async function forgetOrder(trx: Knex.Transaction, runId: string): Promise<void> {
  await trx('publish_run_edges').where({ run_id: runId }).delete();
  await trx('publish_run_objects').where({ run_id: runId }).delete();
}

type Pinned = Pick<PublishOrderRef, 'digest' | 'objectCount' | 'byteCount'>;

const nothing: Pinned = { digest: '', objectCount: 0, byteCount: 0 };

/** Takes the chosen objects for the run, numbered by identity. */
async function pinObjects(trx: Knex.Transaction, runId: string): Promise<Pinned> {
  await trx.raw(
    `alter table chosen add column number integer;
     update chosen set number = n.number from (
       select asset_id, (row_number() over (order by type, project, code))::integer - 1 as number
       from chosen) n
     where n.asset_id = chosen.asset_id;
     create index on chosen (code, project);
     analyze chosen`,
  );
  await trx.raw(
    `insert into publish_run_objects (run_id, number, asset_id, change_type, import_id, version)
     select ?, number, asset_id, change_type, import_id, version from chosen`,
    [runId],
  );
  await trx.raw(
    `update publish_objects o set status = 'publishing', run_id = ? from chosen
     where chosen.asset_id = o.asset_id`,
    [runId],
  );
  const { rows } = await trx.raw<{
    rows: [{ digest: string; objectCount: number; byteCount: number }];
  }>(
    `select count(*)::integer as "objectCount", coalesce(sum(c.byte_count), 0)::bigint as "byteCount",
       encode(sha256(convert_to(coalesce(string_agg(
         json_build_array(type, project, code, version, change_type)::text, chr(10) order by number
       ), ''), 'UTF8')), 'hex') as digest
     from chosen left join contents c on c.id = chosen.content_id and change_type <> 'deleted'`,
  );
  return rows[0];
}

async function orderObjects(
  trx: Knex.Transaction,
  runId: string,
  { pinned, beat }: { readonly pinned: Pinned; readonly beat: () => void },
): Promise<readonly number[]> {
  await writeEdges(trx, runId);
  beat();
  const count = await countReferences(trx, runId);
  const edges = await readEdges(trx, runId, { count, beat });
  const order = decidePublishOrder({ objectCount: pinned.objectCount, ...edges });
  const shards = packPublishShards(order, objectsInShard);
  await writeOrder(trx, runId, { order, shards, beat });
  return shards.stages;
}

async function writeOrder(
  trx: Knex.Transaction,
  runId: string,
  { order, shards, beat }: { order: PublishOrder; shards: PublishShards; beat: () => void },
): Promise<void> {
  for (let start = 0; start < order.wave.length; start += rowsInBatch) {
    const part = (list: Int32Array): number[] => [...list.subarray(start, start + rowsInBatch)];
    await trx.raw(
      `update publish_run_objects o
       set component = n.component, wave = n.wave, shard = n.shard
       from (select :start + ordinality - 1 as number, component, wave, shard
         from unnest(:components::integer[], :waves::integer[], :shards::integer[])
           with ordinality as u (component, wave, shard, ordinality)) n
       where o.run_id = :runId and o.number = n.number`,
      {
        ...{ runId, start, components: part(order.component), waves: part(order.wave) },
        shards: part(shards.shard),
      } as Record<string, Knex.Value>,
    );
    beat();
  }
}
