import type { Knex } from 'knex';
import { PipelineError } from '../../schemas/pipeline-error';
import type { ExportSettings } from '../../schemas/releases/export-settings';
import { stateOperations, type ReleaseState } from '../../schemas/releases/release-state';
import type {
  Release,
  ReleaseList,
  ReleasePackage,
  ReleaseQuery,
  ReleaseSummary,
} from '../../schemas/releases/release-view';
import type { FrozenChain } from '../../schemas/releases/frozen-scope';
import type { ReleaseMethod } from '../../schemas/releases/scope';
import type { Finding } from '../../schemas/runs/finding';
import { guardedRead } from '../audit/audited';
import type { Connection, Database } from '../database/connect';
import type { Caller } from '../people/authenticate';
import { findTenant } from '../tenants/find-tenant';
import { fromCursor, toCursor } from './preview-cursor';
import type { ReleaseKey } from './update-draft';

interface Row {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly method: ReleaseMethod;
  readonly scope: Release['scope'];
  readonly export_settings: ExportSettings;
  readonly state: ReleaseState;
  readonly created_at: Date;
  readonly created_key: string;
  readonly created_by: string;
  readonly updated_at: Date;
  readonly copied_from: string | null;
  readonly run_id: string | null;
  readonly run_status: string | null;
  readonly package_id: string | null;
  readonly package_name: string;
  readonly size_bytes: number;
  readonly digest: Buffer;
  readonly counts: ReleasePackage['counts'];
  readonly package_chain: FrozenChain | null;
  readonly warnings: Finding[];
  readonly packaged_at: Date;
  readonly packaged_by: string;
  readonly expires_at: Date;
  readonly package_deleted_at: Date | null;
}

/** The releases of a tenant, the newest first, page by page (REL-10). Throws `PermissionDenied`, `TenantNotFound`. */
export async function listReleases(
  database: Database,
  caller: Caller,
  query: ReleaseQuery,
): Promise<ReleaseList> {
  const tenant = await findTenant(database, query.tenant);
  const attempt = {
    caller,
    tenantId: tenant.id,
    action: 'release.read',
    object: `tenant/${tenant.code}`,
  } as const;
  return guardedRead(database, attempt, async (connection) => {
    const { conditions, values } = toConditions(query, tenant.time_zone);
    const rows = await selectReleases(connection, {
      where: conditions,
      values: { ...values, tenantId: tenant.id, limitRows: query.limit + 1 },
    });
    const shown = rows.slice(0, query.limit);
    const last = shown.at(-1);
    return {
      releases: shown.map(toSummary),
      next:
        rows.length > query.limit && last !== undefined
          ? toCursor([last.created_key, last.id])
          : null,
    };
  });
}

/** One release with its package (REL-10, REL-22). Throws `ReleaseNotFound`, `PermissionDenied`, `TenantNotFound`. */
export async function showRelease(
  database: Database,
  caller: Caller,
  key: ReleaseKey,
): Promise<Release> {
  const tenant = await findTenant(database, key.tenant);
  const attempt = {
    caller,
    tenantId: tenant.id,
    action: 'release.read',
    object: `release/${key.release}`,
  } as const;
  return guardedRead(database, attempt, async (connection) => {
    const [row] = await selectReleases(connection, {
      where: ['r.id = :release'],
      values: { tenantId: tenant.id, release: key.release, limitRows: 1 },
    });
    if (row === undefined) throw new PipelineError('ReleaseNotFound', { release: key.release });
    return {
      ...toSummary(row),
      tenant: tenant.code,
      description: row.description,
      scope: row.scope,
      exportSettings: row.export_settings,
      copiedFrom: row.copied_from,
      runId: row.run_id,
      package: toPackage(row),
    };
  });
}

interface Conditions {
  readonly conditions: string[];
  readonly values: Record<string, unknown>;
}

function toConditions(query: ReleaseQuery, timeZone: string): Conditions {
  const after = fromCursor(query.cursor, 2);
  const escaped = query.search?.replaceAll(/[\\%_]/g, '\\$&');
  const filters: readonly (readonly [string, Record<string, unknown> | undefined])[] = [
    ['r.name ilike :search', escaped === undefined ? undefined : { search: `%${escaped}%` }],
    ['r.state = any(:states)', query.states && { states: query.states }],
    ['r.method = any(:methods)', query.methods && { methods: query.methods }],
    [
      'r.created_by = :createdBy',
      query.createdBy === undefined ? undefined : { createdBy: query.createdBy },
    ],
    [
      'r.created_at >= :createdFrom::date::timestamp at time zone :timeZone',
      query.createdFrom === undefined ? undefined : { createdFrom: query.createdFrom, timeZone },
    ],
    [
      'r.created_at < (:createdTo::date + 1)::timestamp at time zone :timeZone',
      query.createdTo === undefined ? undefined : { createdTo: query.createdTo, timeZone },
    ],
    [
      '(r.created_at, r.id) < (:afterTime::timestamptz, :afterId)',
      after && { afterTime: after[0], afterId: after[1] },
    ],
  ];
  const used = filters.filter(([, values]) => values !== undefined);
  return {
    conditions: used.map(([condition]) => condition),
    values: Object.assign({}, ...used.map(([, values]) => values)) as Record<string, unknown>,
  };
}

async function selectReleases(
  connection: Connection,
  query: { readonly where: readonly string[]; readonly values: Readonly<Record<string, unknown>> },
): Promise<Row[]> {
  const { rows } = await connection.raw<{ rows: Row[] }>(
    `select r.*, to_char(r.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as created_key,
       n.id as run_id, n.status as run_status,
       p.id as package_id, p.chain as package_chain, p.name as package_name, p.size_bytes, p.digest, p.counts, p.warnings,
       p.created_at as packaged_at, p.created_by as packaged_by, p.expires_at, p.deleted_at as package_deleted_at
     from releases r
     left join lateral (
       select id, status from runs where subject = r.id and tenant_id = r.tenant_id order by started_at desc limit 1
     ) n on true
     left join lateral (
       select p.*, f.details -> 'chain' as chain
       from packages p left join frozen_scopes f on f.run_id = p.run_id
       where p.release_id = r.id order by p.created_at desc limit 1
     ) p on true
     where r.tenant_id = :tenantId and r.deleted_at is null
       ${query.where.map((condition) => `and ${condition}`).join(' ')}
     order by r.created_at desc, r.id desc limit :limitRows`,
    query.values as Record<string, Knex.Value>,
  );
  return rows;
}

function toSummary(row: Row): ReleaseSummary {
  const hasPackage = row.package_id !== null;
  return {
    id: row.id,
    name: row.name,
    method: row.method,
    state: row.state,
    createdBy: row.created_by,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    sizeBytes: hasPackage ? row.size_bytes : null,
    exportedAt: hasPackage ? row.packaged_at : null,
    expiresAt: hasPackage ? row.expires_at : null,
    warning: row.run_status === 'parked' && row.state === 'exporting' ? 'parked' : null,
    operations: stateOperations[row.state],
  };
}

function toPackage(row: Row): ReleasePackage | null {
  if (row.package_id === null) return null;
  return {
    id: row.package_id,
    name: row.package_name,
    sizeBytes: row.size_bytes,
    digest: row.digest.toString('hex'),
    counts: row.counts,
    chain: toChain(row.package_chain),
    warnings: row.warnings,
    createdAt: row.packaged_at,
    createdBy: row.packaged_by,
    expiresAt: row.expires_at,
    deletedAt: row.package_deleted_at,
  };
}

function toChain(chain: FrozenChain | null): ReleasePackage['chain'] {
  if (chain === null) return null;
  const { basePackageId, baseDigest, sequence } = chain;
  return { basePackageId, baseDigest, sequence };
}
