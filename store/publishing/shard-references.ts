import type { Knex } from 'knex';
import type { Finding } from '../../schemas/runs/finding';
import type { Connection } from '../database/connect';
import type { LoadedShard } from './load-shard';
import { describeIdentity, toPublishFinding, type PublishFindingCode } from './publish-findings';

/** Something to say about an object of a shard. */
export interface NumberedFinding {
  readonly number: number;
  readonly finding: Finding;
}

interface ReferenceRow {
  readonly number: number;
  readonly type: string | null;
  readonly project: string;
  readonly code: string;
}

/** Objects whose project or segment is neither online nor in the run (REL-37). */
export async function findMissingHomes(
  connection: Connection,
  loaded: LoadedShard,
): Promise<NumberedFinding[]> {
  const rows = await ask<ReferenceRow>(connection, loaded, missingHomes);
  return rows.map((row) => {
    const code: PublishFindingCode =
      row.type === 'project' ? 'ProjectNotPublished' : 'SegmentNotPublished';
    const reason = `${describeIdentity(row)} is not published`;
    return { number: row.number, finding: toPublishFinding(code, row, reason) };
  });
}

/** References to what is only in development, or nowhere (REL-40). */
export async function findReferenceRisks(
  connection: Connection,
  loaded: LoadedShard,
): Promise<NumberedFinding[]> {
  const rows = await ask<ReferenceRow & { in_development: boolean }>(
    connection,
    loaded,
    riskyReferences,
  );
  return rows.map((row) => {
    const what = describeIdentity(row);
    const finding = row.in_development
      ? toPublishFinding('ReferenceOnlyInDevelopment', row, `${what} is not published`)
      : toPublishFinding('ReferenceUnresolved', row, `${what} does not exist here`);
    return { number: row.number, finding };
  });
}

/** What stays online and refers to what is taken offline. */
export async function findDepartureRisks(
  connection: Connection,
  loaded: LoadedShard,
): Promise<NumberedFinding[]> {
  const rows = await ask<ReferenceRow>(connection, loaded, remainingReferrers);
  return rows.map((row) => {
    const reason = `${describeIdentity(row)} is online and still refers to it`;
    return { number: row.number, finding: toPublishFinding('StillReferredTo', row, reason) };
  });
}

async function ask<Row>(
  connection: Connection,
  { run, shard }: LoadedShard,
  question: string,
): Promise<Row[]> {
  const values = { runId: run.id, tenantId: run.tenant_id, shard } as Record<string, Knex.Value>;
  const { rows } = await connection.raw<{ rows: Row[] }>(
    `with ${shardObjects} ${question}`,
    values,
  );
  return rows;
}

const shardObjects = `shard as materialized (
  select o.number, o.asset_id, o.change_type, o.version, a.type, a.project, a.code, a.segment
  from publish_run_objects o join assets a on a.id = o.asset_id
  where o.run_id = :runId and o.shard = :shard
)`;

/** True where the asset `t` is online once the run is done: it is put there, or stays there. */
const willBeOnline = `coalesce(
  (select c.change_type <> 'deleted' from publish_run_objects c
   where c.run_id = :runId and c.asset_id = t.id),
  exists (select from online_assets n where n.asset_id = t.id))`;

const missingHomes = `, homes as (
    select number, 'project' as type, project as code from shard
    where change_type <> 'deleted' and project <> ''
    union all
    select number, 'data_segment', segment from shard
    where change_type <> 'deleted' and segment <> ''
  )
  select number, type, '' as project, code from homes
  where not exists (
    select from assets t where t.tenant_id = :tenantId and t.type = homes.type and t.project = ''
      and t.code = homes.code and ${willBeOnline})
  order by number, type`;

const riskyReferences = `, targets as materialized (
    select distinct o.number, r.target_type as type, r.target_project as project,
      r.target_code as code
    from shard o
    join asset_versions v on v.asset_id = o.asset_id and v.version = o.version
    join content_references r on r.content_id = v.content_id
    where o.change_type <> 'deleted'
  )
  select number, type, project, code, exists (
      select from assets t where t.tenant_id = :tenantId and t.code = g.code
        and t.project = g.project and (g.type is null or t.type = g.type) and t.deleted_at is null
    ) as in_development
  from targets g
  where not exists (
    select from assets t where t.tenant_id = :tenantId and t.code = g.code
      and t.project = g.project and (g.type is null or t.type = g.type) and ${willBeOnline})
  order by number, type, project, code`;

const remainingReferrers = `
  select distinct o.number, t.type, t.project, t.code
  from shard o
  join content_references r on r.target_code = o.code and r.target_project = o.project
    and (r.target_type is null or r.target_type = o.type)
  join online_assets online on online.content_id = r.content_id and online.tenant_id = :tenantId
  join assets t on t.id = online.asset_id
  where o.change_type = 'deleted' and t.id <> o.asset_id
    and not exists (
      select from publish_run_objects c where c.run_id = :runId and c.asset_id = t.id)
  order by 1, 2, 3, 4`;
