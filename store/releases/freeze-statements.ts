import type { Knex } from 'knex';
import { compareUtf8 } from '../../archive/byte-order';
import { createPathAllocator } from '../../archive/entry-path';
import { statementPath } from '../../archive/package-layout';
import { assetTypes, assetTypeCodes, type AssetType } from '../../schemas/catalog/asset-types';
import { PipelineError } from '../../schemas/pipeline-error';
import type { Freezing } from './freezing';

const statementsPerShard = 2000;
/** A package holds 250,000 entries at most; shards and lists have room beside these. */
const statementsAtMost = 240_000;

/** The types from whose definitions create-table statements are made (REL-6). */
const tableTypes = assetTypeCodes.filter((type) => (assetTypes[type] as AssetType).table === true);

interface TableRow {
  readonly project: string;
  readonly code: string;
  readonly contentId: number;
  readonly byteCount: number;
}

/**
 * Pins the tables in scope whose create-table statements travel, where the draft asks for them
 * (REL-6), with the paths of the statements' entries. Gives how many there are; throws
 * `TooManyStatements` where the package would have more entries than a reader takes (RUN-19).
 */
export async function freezeStatements(freezing: Freezing): Promise<number> {
  const { trx, release, condition } = freezing;
  if (!release.export_settings.createTableStatements) return 0;
  const { rows } = await trx.raw<{ rows: TableRow[] }>(
    `select a.project, a.code, a.content_id as "contentId", a.byte_count as "byteCount"
     from assets a where ${condition.sql} and a.type = any(:tableTypes)
     order by a.project, a.code, a.type`,
    { ...condition.values, tableTypes } as Record<string, Knex.Value>,
  );
  if (rows.length > statementsAtMost) {
    throw new PipelineError('TooManyStatements', {
      tables: rows.length,
      allowed: statementsAtMost,
    });
  }
  const entries = withPaths(rows);
  for (let start = 0; start < entries.length; start += statementsPerShard) {
    await insertShard(freezing, {
      number: start / statementsPerShard + 1,
      entries: entries.slice(start, start + statementsPerShard),
    });
  }
  return entries.length;
}

interface StatementEntry {
  readonly path: string;
  readonly table: TableRow;
}

/** Names that differ only in case or Unicode form get paths that do not (RUN-19), in identity order. */
function withPaths(tables: readonly TableRow[]): StatementEntry[] {
  const paths = createPathAllocator();
  return tables
    .map((table) => {
      const project = table.project === '' ? null : table.project;
      return { table, path: statementPath(paths, { project, code: table.code }) };
    })
    .sort((one, other) => compareUtf8(one.path, other.path));
}

/** The dialect goes into the digest, as the same table reads otherwise in another. */
async function insertShard(
  freezing: Freezing,
  shard: { readonly number: number; readonly entries: readonly StatementEntry[] },
): Promise<void> {
  await freezing.trx.raw(
    `insert into frozen_shards
       (run_id, number, kind, path, content_ids, entry_paths, object_count, byte_count, digest)
     select :runId::text, :number::integer, 'statements', :path::text, :contentIds::bigint[], :entryPaths::text[],
       count(*), :byteCount::bigint,
       sha256(convert_to(:dialect, 'UTF8') || string_agg(c.digest, ''::bytea order by u.place))
     from unnest(:contentIds::bigint[]) with ordinality as u (id, place) join contents c on c.id = u.id`,
    {
      runId: freezing.runId,
      number: shard.number,
      path: `ddl/${String(shard.number).padStart(4, '0')}`,
      contentIds: shard.entries.map((entry) => entry.table.contentId),
      entryPaths: shard.entries.map((entry) => entry.path),
      byteCount: shard.entries.reduce((sum, entry) => sum + entry.table.byteCount, 0),
      dialect: dialectOf(freezing.tenant.engines),
    } as Record<string, Knex.Value>,
  );
}

/** The dialect of create-table statements: that of the tenant's engine where it is known, else ANSI. */
export function dialectOf(engines: readonly string[]): 'ansi' | 'bigquery' {
  return engines.length > 0 && engines.every((engine) => engine.toLowerCase() === 'bigquery')
    ? 'bigquery'
    : 'ansi';
}
