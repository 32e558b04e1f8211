import type { Knex } from 'knex';
import { z } from 'zod';
import { findAssetType } from '../../schemas/catalog/asset-types';
import { PipelineError } from '../../schemas/pipeline-error';
import type { PublishListQuery } from '../../schemas/publishing/publish-request';
import type { PublishChange, PublishStatus } from '../../schemas/publishing/publish-status';
import type { PublishObject, PublishPage } from '../../schemas/publishing/publish-view';
import type { Finding } from '../../schemas/runs/finding';
import type { AssetKey } from '../catalog/asset-secrets';
import type { Connection } from '../database/connect';
import { filterCondition } from './choose-objects';

interface ListRow {
  readonly type: string;
  readonly project: string;
  readonly code: string;
  readonly name: string;
  readonly status: PublishStatus;
  readonly change_type: PublishChange;
  readonly obstacles: readonly string[];
  readonly findings: readonly Finding[];
  readonly completed_at: Date | null;
  readonly listed_at: Date;
  readonly import_id: string;
  readonly run_id: string | null;
  readonly version: number;
  readonly online_version: number | null;
  readonly changed_here: boolean;
}

const selectList = `
  select a.type, a.project, a.code, a.name, o.status, o.change_type, o.obstacles, o.findings,
    o.completed_at, o.listed_at, o.import_id, o.run_id, a.version,
    online.version as online_version,
    a.digest is distinct from a.base_digest and a.deleted_at is null
      and a.base_import is not null as changed_here
  from publish_objects o
  join assets a on a.id = o.asset_id
  left join online_assets online on online.asset_id = o.asset_id`;

/**
 * A page of a tenant's list (REL-36). Throws `InvalidInput` for a cursor that no page gave; names that
 * the list has not are named, whatever else narrows it.
 */
export async function listPublishObjects(
  connection: Connection,
  tenantId: number,
  query: PublishListQuery,
): Promise<PublishPage> {
  const { where, values } = filterCondition(query);
  const parts = [where];
  if (query.statuses !== undefined) parts.push('o.status = any(:statuses)');
  if (query.publishable !== undefined)
    parts.push(query.publishable ? "o.obstacles = '{}'" : "o.obstacles <> '{}'");
  const after = query.cursor === undefined ? undefined : parseCursor(query.cursor);
  if (after !== undefined) parts.push('(a.type, a.project, a.code) > (:type, :project, :code)');
  const { rows } = await connection.raw<{ rows: ListRow[] }>(
    `${selectList} where o.tenant_id = :tenantId and ${parts.join(' and ')}
     order by a.type, a.project, a.code limit :limit`,
    {
      ...{ ...values, ...after, tenantId, limit: query.limit + 1 },
      statuses: query.statuses ?? [],
    } as Record<string, Knex.Value>,
  );
  const page = rows.slice(0, query.limit);
  const last = rows.length > query.limit ? page.at(-1) : undefined;
  return {
    objects: page.map(toPublishObject),
    next: last === undefined ? null : toCursor(last),
    notFound: await findUnlisted(connection, tenantId, query.names ?? []),
  };
}

/** An object of the list; throws `PublishObjectNotFound`. */
export async function findPublishObject(
  connection: Connection,
  tenantId: number,
  key: AssetKey,
): Promise<PublishObject> {
  const { type, project, code } = key;
  const { rows } = await connection.raw<{ rows: ListRow[] }>(
    `${selectList} where o.tenant_id = :tenantId
       and (a.type, a.project, a.code) = (:type, :project, :code)`,
    { tenantId, type, project, code },
  );
  if (rows[0] === undefined)
    throw new PipelineError('PublishObjectNotFound', { type, project, code });
  return toPublishObject(rows[0]);
}

async function findUnlisted(
  connection: Connection,
  tenantId: number,
  names: readonly string[],
): Promise<string[]> {
  if (names.length === 0) return [];
  const { rows } = await connection.raw<{ rows: { name: string }[] }>(
    `with listed as materialized (
       select a.name, a.code from publish_objects o join assets a on a.id = o.asset_id
       where o.tenant_id = :tenantId and (a.name = any(:names) or a.code = any(:names))
     )
     select n.name from unnest(:names::text[]) with ordinality as n (name, place)
     where n.name not in (select name from listed) and n.name not in (select code from listed)
     order by n.place`,
    { tenantId, names: [...new Set(names)] } as unknown as Record<string, Knex.Value>,
  );
  return rows.map(({ name }) => name);
}

function toPublishObject(row: ListRow): PublishObject {
  const hinders = row.status === 'to be published' || row.status === 'failed';
  return {
    type: row.type,
    project: row.project === '' ? null : row.project,
    code: row.code,
    name: row.name,
    category: findAssetType(row.type)?.category ?? 'global',
    status: row.status,
    completedAt: row.completed_at?.toISOString() ?? null,
    changeType: row.change_type,
    productionChange: productionChangeOf(row),
    changedHere: row.changed_here,
    publishable: hinders && row.obstacles.length === 0,
    obstacles: row.obstacles,
    findings: row.findings,
    version: row.version,
    onlineVersion: row.online_version,
    listedAt: row.listed_at.toISOString(),
    import: row.import_id,
    run: row.run_id,
  };
}

function productionChangeOf(row: ListRow): PublishObject['productionChange'] {
  if (row.online_version === row.version) return 'none';
  if (row.change_type === 'deleted') return row.online_version === null ? 'none' : 'take offline';
  return row.online_version === null ? 'put online' : 'replace';
}

const Cursor = z.tuple([z.string(), z.string(), z.string()]);

function toCursor({ type, project, code }: AssetKey): string {
  return Buffer.from(JSON.stringify([type, project, code])).toString('base64url');
}

function parseCursor(cursor: string): AssetKey {
  try {
    const text = Buffer.from(cursor, 'base64url').toString('utf8');
    const [type, project, code] = Cursor.parse(JSON.parse(text));
    return { type, project, code };
  } catch (cause) {
    throw new PipelineError('InvalidInput', { cursor: 'is none that a page gave' }, { cause });
  }
}
