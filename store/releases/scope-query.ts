import type { Knex } from 'knex';
import { assetTypes, type AssetType, type ScopeFilter } from '../../schemas/catalog/asset-types';
import {
  chosenTypes,
  isChain,
  type ChangeDates,
  type IncrementalScope,
  type ReleaseScope,
  type StandaloneScope,
} from '../../schemas/releases/scope';
import { selectListedObjects } from './listed-objects';

/** A piece of SQL with named bindings; no value ever stands in its text. */
export interface SqlCondition {
  readonly sql: string;
  readonly values: Readonly<Record<string, Knex.Value | readonly string[]>>;
}

/** Whose catalog is asked, and in which zone its days begin. */
export interface ScopeTenant {
  readonly id: number;
  readonly timeZone: string;
}

/** Which assets a standalone scope is asked of: those of now, or of an earlier moment. */
export interface AskedOf {
  readonly scope: StandaloneScope;
  /** The table of assets. */
  readonly assets: 'assets' | 'base_assets';
  /** The temporary table that an explicit list is written to. */
  readonly listed: 'scope_objects' | 'base_objects';
  /** Whether listed objects may be missing. */
  readonly mayLack: boolean;
}

/**
 * The condition of a scope that stands for itself, on the alias `a` of the asked table. An explicit
 * list is written to a temporary table first; throws `ObjectsNotFound` unless objects may be missing.
 */
export async function standaloneCondition(
  trx: Knex.Transaction,
  tenant: ScopeTenant,
  { scope, assets, listed, mayLack }: AskedOf,
): Promise<SqlCondition> {
  const live = 'a.tenant_id = :tenantId and a.deleted_at is null';
  const values = { tenantId: tenant.id };
  switch (scope.method) {
    case 'full':
      return { sql: live, values };
    case 'incremental': {
      const parts = [changedWithin(tenant, scope.changed), choiceCondition(scope, assets)];
      return both({ sql: live, values }, ...parts);
    }
    case 'objects':
      await selectListedObjects(trx, tenant.id, { scope, assets, listed, mayLack });
      return {
        sql: `${live} and a.id in (select asset_id from ${listed})`,
        values,
      };
  }
}

/**
 * A condition on `assets a` for objects that changed inside the range of days but whose last change
 * lies outside, other choices being equal (REL-11); undefined where no range is given.
 */
export function leftOutCondition(
  tenant: ScopeTenant,
  scope: ReleaseScope,
): SqlCondition | undefined {
  if (isChain(scope) || scope.method !== 'incremental' || scope.changed === 'all') return undefined;
  const last = changedWithin(tenant, scope.changed);
  const sql = `a.tenant_id = :tenantId and a.deleted_at is null and not (${last.sql}) and exists (
    select from asset_versions v
    where v.asset_id = a.id and v.content_id is not null and ${last.sql.replaceAll('a.changed_at', 'v.changed_at')})`;
  const values = { ...last.values, tenantId: tenant.id };
  return both({ sql, values }, choiceCondition(scope, 'assets'));
}

/** Whole days in the tenant's time zone, both ends inclusive (REL-11). */
export function changedWithin(tenant: ScopeTenant, dates: ChangeDates): SqlCondition {
  if (dates === 'all') return { sql: 'true', values: {} };
  return {
    sql: `(a.changed_at >= :dateFrom::date::timestamp at time zone :timeZone
      and a.changed_at < (:dateTo::date + 1)::timestamp at time zone :timeZone)`,
    values: { dateFrom: dates.from, dateTo: dates.to, timeZone: tenant.timeZone },
  };
}

/** Types, projects and segments by the filter each type has in the registry (REL-12). */
function choiceCondition(scope: IncrementalScope, assets: AskedOf['assets']): SqlCondition {
  const types = chosenTypes(scope);
  const having = (filter: ScopeFilter): string[] =>
    types.filter((type) => (assetTypes[type] as AssetType).filter === filter);
  return {
    sql: `(
      a.type = any(:carriedTypes) and ${carried('a')}
      or a.type = any(:neverTypes)
      or a.type = any(:itselfTypes) and case a.type
        when 'data_segment' then cardinality(:segments::text[]) = 0 or a.code = any(:segments)
        else a.code = any(:projects) end
      or a.type = any(:subjectTypes) and ${followsSubject(assets)}
    )`,
    values: {
      carriedTypes: having('carried'),
      neverTypes: having('never'),
      itselfTypes: having('itself'),
      subjectTypes: having('subject'),
      projects: scope.projects,
      segments: scope.segments,
    },
  };
}

/** What carries neither project nor segment is tenant-wide and passes. */
function carried(alias: string): string {
  return `(${alias}.project = '' or ${alias}.project = any(:projects))
    and (${alias}.segment is null or cardinality(:segments::text[]) = 0 or ${alias}.segment = any(:segments))`;
}

/** A subject that is not there leaves what the object itself carries to go by. */
function followsSubject(assets: AskedOf['assets']): string {
  const subject = `from content_references r
    join ${assets} t on t.tenant_id = a.tenant_id and t.deleted_at is null and t.project = r.target_project
      and t.code = r.target_code and (r.target_type is null or t.type = r.target_type)
    where r.content_id = a.content_id and r.role = 'about'`;
  return `(exists (select ${subject} and ${carried('t')})
    or not exists (select ${subject}) and ${carried('a')})`;
}

function both(...conditions: readonly SqlCondition[]): SqlCondition {
  return {
    sql: conditions.map((condition) => `(${condition.sql})`).join(' and '),
    values: Object.assign(
      {},
      ...conditions.map((condition) => condition.values),
    ) as SqlCondition['values'],
  };
}
