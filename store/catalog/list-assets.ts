import type { Knex } from 'knex';
import { z } from 'zod';
import type { AssetPage, AssetQuery } from '../../schemas/catalog/catalog-queries';
import { PipelineError } from '../../schemas/pipeline-error';
import type { Connection } from '../database/connect';
import { assetColumns, toAssetSummary, type AssetRow } from './asset-rows';

/** A page of a tenant's assets; throws `InvalidInput` for a cursor that no page gave. */
export async function listAssets(
  connection: Connection,
  tenantId: number,
  query: AssetQuery,
): Promise<AssetPage> {
  const rows = await connection('assets')
    .where('tenant_id', tenantId)
    .modify(narrow, query)
    .orderBy(['type', 'project', 'code'])
    .limit(query.limit + 1)
    .select<AssetRow[]>(assetColumns);
  const page = rows.slice(0, query.limit);
  const last = rows.length > query.limit ? page.at(-1) : undefined;
  return { assets: page.map(toAssetSummary), next: last === undefined ? null : toCursor(last) };
}

function narrow(builder: Knex.QueryBuilder, query: AssetQuery): void {
  void (query.deleted ? builder.whereNotNull('deleted_at') : builder.whereNull('deleted_at'));
  for (const column of ['type', 'project', 'segment'] as const) {
    if (query[column] !== undefined) void builder.where(column, query[column]);
  }
  if (query.changedFrom !== undefined) void builder.where('changed_at', '>=', query.changedFrom);
  if (query.changedTo !== undefined) void builder.where('changed_at', '<', query.changedTo);
  if (query.search !== undefined) {
    const pattern = `%${query.search.replace(/[\\%_]/g, '\\$&')}%`;
    void builder.whereRaw('(code ilike ? or name ilike ?)', [pattern, pattern]);
  }
  if (query.cursor !== undefined) {
    void builder.whereRaw('(type, project, code) > (?, ?, ?)', parseCursor(query.cursor));
  }
}

function toCursor(row: AssetRow): string {
  return Buffer.from(JSON.stringify([row.type, row.project, row.code])).toString('base64url');
}

const Cursor = z.tuple([z.string(), z.string(), z.string()]);

function parseCursor(cursor: string): [string, string, string] {
  try {
    return Cursor.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')));
  } catch (error) {
    throw new PipelineError(
      'InvalidInput',
      { cursor: 'is none that a page gave' },
      { cause: error },
    );
  }
}
