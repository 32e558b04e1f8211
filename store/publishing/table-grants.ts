import type { Knex } from 'knex';
import { assetTypeCodes, assetTypes, type AssetType } from '../../schemas/catalog/asset-types';
import type { AssetKey } from '../catalog/asset-secrets';
import type { Connection, Database } from '../database/connect';
import type { LoadedShard } from './load-shard';
import { isTagType } from './publish-rights';

/** That an object reads a whole table of another project, by its project’s account of production. */
export interface TableNeed {
  readonly number: number;
  readonly account: string;
  readonly table: AssetKey;
}

const tableTypes = assetTypeCodes.filter((code) => {
  const row: AssetType = assetTypes[code];
  return row.table === true;
});
const exemptTypes = assetTypeCodes.filter(isTagType);

/**
 * The tables of other projects that the objects of a shard refer to (REL-38). The account is the
 * `productionAccount` of the project’s definition, else the project’s code. Tag objects are exempt.
 */
export async function findTableNeeds(
  connection: Connection,
  { run, shard }: LoadedShard,
): Promise<TableNeed[]> {
  const { rows } = await connection.raw<{
    rows: (AssetKey & { number: number; account: string })[];
  }>(
    `select distinct o.number, t.type, t.project, t.code,
       coalesce(pc.body::json #>> '{definition,productionAccount}', a.project) as account
     from publish_run_objects o
     join assets a on a.id = o.asset_id
     join asset_versions v on v.asset_id = o.asset_id and v.version = o.version
     join content_references r on r.content_id = v.content_id
     join assets t on t.tenant_id = :tenantId and t.code = r.target_code
       and t.project = r.target_project and (r.target_type is null or r.target_type = t.type)
     left join projects p on p.tenant_id = a.tenant_id and p.code = a.project
     left join contents pc on pc.id = p.content_id
     where o.run_id = :runId and o.shard = :shard and o.change_type <> 'deleted'
       and a.project <> '' and t.project <> a.project and t.type = any(:tableTypes)
       and t.deleted_at is null and a.type <> all(:exemptTypes)
     order by o.number, t.type, t.project, t.code`,
    { runId: run.id, tenantId: run.tenant_id, shard, tableTypes, exemptTypes } as unknown as Record<
      string,
      Knex.Value
    >,
  );
  return rows.map(({ number, account, type, project, code }) => ({
    number,
    account,
    table: { type, project, code },
  }));
}

/** Whose permissions on which tables are meant. */
export interface TableAccess {
  readonly tenant: { readonly id: number; readonly code: string };
  readonly account: string;
  readonly tables: readonly AssetKey[];
}

/** Gantry’s own record of which account may read which whole table, where no platform keeps one. */
export function createTableGrants(database: Database) {
  return {
    /** Of these tables, those that the account may not read. */
    async findMissing({ tenant, account, tables }: TableAccess): Promise<AssetKey[]> {
      const { rows } = await database.raw<{ rows: AssetKey[] }>(
        `select n.type, n.project, n.code
         from unnest(:types::text[], :projects::text[], :codes::text[]) as n (type, project, code)
         where not exists (
           select from table_grants g where g.tenant_id = :tenantId and g.account = :account
             and (g.type, g.project, g.code) = (n.type, n.project, n.code))`,
        { tenantId: tenant.id, account, ...toColumns(tables) } as Record<string, Knex.Value>,
      );
      return rows;
    },
    /** Lets the account read these tables; one that it may read stays as it was granted. */
    async grant({ tenant, account, tables, runId }: TableAccess & { readonly runId: string }) {
      await database.raw(
        `insert into table_grants (tenant_id, account, type, project, code, run_id)
         select :tenantId, :account, n.type, n.project, n.code, :runId
         from unnest(:types::text[], :projects::text[], :codes::text[]) as n (type, project, code)
         on conflict do nothing`,
        { tenantId: tenant.id, account, runId, ...toColumns(tables) } as Record<string, Knex.Value>,
      );
    },
  };
}

function toColumns(tables: readonly AssetKey[]) {
  return {
    types: tables.map(({ type }) => type),
    projects: tables.map(({ project }) => project),
    codes: tables.map(({ code }) => code),
  };
}
