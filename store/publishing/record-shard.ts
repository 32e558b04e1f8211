import type { Knex } from 'knex';
import type { Database } from '../database/connect';
import type { PublishOutcome } from './decide-outcomes';
import type { LoadedShard } from './load-shard';

/** What production connects with, of a source whose version came without it; sealed. */
export interface OnlineSettings {
  readonly assetId: number;
  readonly sealedConnection: Buffer | null;
  readonly sealedAuthentication: Buffer | null;
}

/**
 * Puts a shard's objects online or takes them offline, and notes what became of each, in one
 * transaction: a shard that is recorded is never done twice (REL-39). Recording again changes nothing.
 * False, with nothing written, where an undo took off the list meanwhile what was to go online: judge
 * the shard anew.
 */
export async function recordShard(
  database: Database,
  { run, shard, objects }: LoadedShard,
  {
    outcomes,
    settings,
  }: {
    readonly outcomes: readonly PublishOutcome[];
    readonly settings: readonly OnlineSettings[];
  },
): Promise<boolean> {
  return database.transaction(async (trx) => {
    const { rows } = await trx.raw<{ rows: { status: string }[] }>(
      `select status from publish_run_objects where run_id = ? and shard = ?
       order by number for update`,
      [run.id, shard],
    );
    if (rows.some(({ status }) => status !== 'waiting')) return true;
    if (!(await allListed(trx, { objects, outcomes }))) return false;
    const values = { runId: run.id, shard, by: run.requester };
    await noteOutcomes(trx, run.id, outcomes);
    await trx.raw(putOnline, values);
    await trx.raw(takeOffline, values);
    await writeSettings(trx, run.id, settings);
    await trx.raw(noteOnList, values);
    return true;
  });
}

/** Holds the rows of the list, so that an undo comes before this transaction or sees what it did. */
async function allListed(
  trx: Knex.Transaction,
  shard: Pick<LoadedShard, 'objects'> & { readonly outcomes: readonly PublishOutcome[] },
): Promise<boolean> {
  const failed = new Set(
    shard.outcomes.filter(({ status }) => status === 'failed').map(({ number }) => number),
  );
  const assets = shard.objects
    .filter(({ number }) => !failed.has(number))
    .map(({ asset_id }) => asset_id);
  const listed = await trx('publish_objects')
    .whereIn('asset_id', assets)
    .orderBy('asset_id')
    .forUpdate()
    .pluck<number[]>('asset_id');
  return listed.length === assets.length;
}

async function noteOutcomes(
  trx: Knex.Transaction,
  runId: string,
  outcomes: readonly PublishOutcome[],
): Promise<void> {
  await trx.raw(
    `update publish_run_objects o
     set status = n.status, findings = n.findings, decided_at = now()
     from jsonb_to_recordset(:outcomes::jsonb) as n (number integer, status text, findings jsonb)
     where o.run_id = :runId and o.number = n.number`,
    { runId, outcomes: JSON.stringify(outcomes) },
  );
}

const decided = `
  o.run_id = :runId and o.shard = :shard and o.status in ('succeeded', 'succeeded with risks')`;

/** A version that another run has overtaken meanwhile stays where it is. */
const putOnline = `
  insert into online_assets (asset_id, tenant_id, version, content_id, digest, published_by, run_id)
  select a.id, a.tenant_id, v.version, v.content_id, v.digest, :by, :runId
  from publish_run_objects o
  join assets a on a.id = o.asset_id
  join asset_versions v on v.asset_id = o.asset_id and v.version = o.version
  where ${decided} and o.change_type <> 'deleted'
  on conflict (asset_id) do update set version = excluded.version,
    content_id = excluded.content_id, digest = excluded.digest, published_at = now(),
    published_by = excluded.published_by, run_id = excluded.run_id,
    sealed_connection = null, sealed_authentication = null
  where online_assets.version <= excluded.version`;

const takeOffline = `
  delete from online_assets online using publish_run_objects o
  where ${decided} and o.change_type = 'deleted' and online.asset_id = o.asset_id
    and online.version <= o.version`;

/** Where a newer import listed the object again, that stays to be published. */
const noteOnList = `
  update publish_objects p
  set status = o.status, findings = o.findings, completed_at = now()
  from publish_run_objects o
  where o.run_id = :runId and o.shard = :shard and p.asset_id = o.asset_id
    and p.import_id = o.import_id and p.run_id = :runId`;

async function writeSettings(
  trx: Knex.Transaction,
  runId: string,
  settings: readonly OnlineSettings[],
): Promise<void> {
  for (const { assetId, sealedConnection, sealedAuthentication } of settings) {
    await trx('online_assets')
      .where({ asset_id: assetId, run_id: runId })
      .update({ sealed_connection: sealedConnection, sealed_authentication: sealedAuthentication });
  }
}
