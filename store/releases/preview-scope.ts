import type { Knex } from 'knex';
import type { ReleasePreview, TypeCount } from '../../schemas/releases/preview';
import { categoryOf, isChain } from '../../schemas/releases/scope';
import type { Finding } from '../../schemas/runs/finding';
import type { Database } from '../database/connect';
import { findLiveSecrets, scanLiveScope, type LiveScan } from '../detection/scan-live-scope';
import type { Caller } from '../people/authenticate';
import { collectRequirements } from './missing-references';
import { readPreview, type Previewing } from './preview-reading';
import { findScopeWarnings } from './scope-warnings';
import { leftOutCondition, type SqlCondition } from './scope-query';
import { countDifference } from './select-difference';
import type { ReleaseKey } from './update-draft';

/**
 * What a release would carry if it were frozen now, or what it carries once frozen (REL-9): its
 * configuration, counts by category and type, what is left out and lacking, what is to be set up by
 * hand, and warnings. Throws `ReleaseNotFound`, `PermissionDenied`, `DraftInvalid`, `ObjectsNotFound`.
 */
export async function previewScope(
  database: Database,
  caller: Caller,
  key: ReleaseKey,
): Promise<ReleasePreview> {
  // In a reading of its own: what it finds is seen by snapshots that begin later.
  const scan = await readPreview(database, caller, {
    key,
    read: (previewing) =>
      previewing.frozen === undefined
        ? scanLiveScope(database, previewing)
        : Promise.resolve(undefined),
  });
  return readPreview(database, caller, {
    key,
    read: (previewing) => summarise(previewing, scan),
  });
}

async function summarise(
  previewing: Previewing,
  scan: LiveScan | undefined,
): Promise<ReleasePreview> {
  const { release, scope, tenant, frozen } = previewing;
  const counts = frozen === undefined ? await countLive(previewing) : await countFrozen(previewing);
  const sum = (of: (count: TypeCount) => number): number =>
    counts.reduce((total, count) => total + of(count), 0);
  return {
    id: release.id,
    name: release.name,
    description: release.description,
    state: release.state,
    scope,
    exportSettings: release.export_settings,
    timeZone: tenant.time_zone,
    frozenDigest: frozen?.digest ?? null,
    objectCount: sum((count) => count.objects),
    byteCount: sum((count) => count.bytes),
    counts,
    leftOutCount: frozen?.details.leftOutCount ?? (await countLeftOut(previewing)),
    difference: await findDifference(previewing),
    requirements: frozen?.details.requirements ?? (await countRequirements(previewing)),
    byHand: await countByHand(previewing),
    findings: frozen?.details.findings ?? (await findWarnings(previewing, scan)),
  };
}

async function findDifference(previewing: Previewing): Promise<ReleasePreview['difference']> {
  const { frozen, scope, trx } = previewing;
  if (frozen !== undefined) return frozen.details.chain?.counts ?? null;
  return isChain(scope) ? (await countDifference(trx)).counts : null;
}

async function findWarnings(
  previewing: Previewing,
  scan: LiveScan | undefined,
): Promise<readonly Finding[]> {
  const warnings = await findScopeWarnings(previewing);
  if (scan === undefined) return warnings;
  const { export_settings: settings } = previewing.release;
  return [...warnings, ...(await findLiveSecrets(previewing, scan, settings))];
}

async function countLive({ trx, condition }: Previewing): Promise<TypeCount[]> {
  const rows = await query<Omit<TypeCount, 'category'>>(trx, {
    sql: `select a.type, count(*) as objects, sum(a.byte_count + 1) as bytes
      from assets a where ${condition.sql} group by a.type order by a.type`,
    values: condition.values,
  });
  return rows.map((row) => ({ category: categoryOf(row.type), ...row })).sort(byCategory);
}

async function countFrozen({ trx, frozen }: Previewing): Promise<TypeCount[]> {
  const rows = await query<Omit<TypeCount, 'category'>>(trx, {
    sql: `select type, sum(object_count)::bigint as objects, sum(byte_count)::bigint as bytes
      from frozen_shards where run_id = :runId and kind = 'objects' group by type order by type`,
    values: { runId: frozen?.runId ?? '' },
  });
  return rows.map((row) => ({ category: categoryOf(row.type), ...row })).sort(byCategory);
}

function byCategory(one: TypeCount, other: TypeCount): number {
  return one.category < other.category ? -1 : Number(one.category > other.category);
}

async function countLeftOut({ trx, tenant, scope }: Previewing): Promise<number> {
  const leftOut = leftOutCondition({ id: tenant.id, timeZone: tenant.time_zone }, scope);
  if (leftOut === undefined) return 0;
  const rows = await query<{ count: number }>(trx, {
    sql: `select count(*) as count from assets a where ${leftOut.sql}`,
    values: leftOut.values,
  });
  return rows[0]?.count ?? 0;
}

async function countRequirements({
  trx,
  tenant,
  condition,
}: Previewing): Promise<ReleasePreview['requirements']> {
  await collectRequirements(trx, tenant.id, condition);
  const rows = await query<{ dangling: number; notPacked: number }>(trx, {
    sql: `select count(*) filter (where dangling) as dangling,
      count(*) filter (where not dangling) as "notPacked" from scope_requirements`,
    values: {},
  });
  return rows[0] ?? { dangling: 0, notPacked: 0 };
}

/** What the catalog can tell: sources that declare configuration files (REL-44). */
async function countByHand(previewing: Previewing): Promise<ReleasePreview['byHand']> {
  const { trx, condition, frozen } = previewing;
  const contents =
    frozen === undefined
      ? `select a.content_id from assets a where ${condition.sql} and a.type in ('compute_source', 'data_source')`
      : `select unnest(content_ids) as content_id from frozen_shards
         where run_id = :runId and type in ('compute_source', 'data_source')`;
  const rows = await query<{ count: number }>(trx, {
    sql: `select coalesce(sum(json_array_length(case json_typeof(c.body::json -> 'definition' -> 'configurationFiles')
        when 'array' then c.body::json -> 'definition' -> 'configurationFiles' else '[]' end)), 0) as count
      from (${contents}) s join contents c on c.id = s.content_id`,
    values: { ...condition.values, ...(frozen === undefined ? {} : { runId: frozen.runId }) },
  });
  return [{ kind: 'configuration files', count: rows[0]?.count ?? 0 }];
}

/** The rows of a query with named values. */
async function query<T>(trx: Knex.Transaction, condition: SqlCondition): Promise<T[]> {
  const { rows } = await trx.raw<{ rows: T[] }>(
    condition.sql,
    condition.values as Record<string, Knex.Value>,
  );
  return rows;
}
