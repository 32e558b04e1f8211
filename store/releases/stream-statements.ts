import type { Database } from '../database/connect';
import { readFrozenDetails, readShard } from './frozen-scopes';
import type { ShardToStream } from './stream-shard';
import { createTableStatement } from './table-statement';

/** One entry of a shard of statements: a file with one create-table statement. */
export interface StatementFile {
  readonly path: string;
  readonly text: string;
}

const tablesPerRead = 100;

/**
 * The create-table statements of a shard, one file each, in the order of their paths, made from the
 * contents that were pinned (REL-6): reading twice gives the same texts. Memory is bounded. Throws
 * `FrozenScopeMissing`.
 */
export async function* streamStatements(
  database: Database,
  key: ShardToStream,
): AsyncGenerator<StatementFile, void, undefined> {
  const shard = await readShard(database, key);
  const details = await readFrozenDetails(database, key.runId);
  for (let first = 1; first <= shard.objectCount; first += tablesPerRead) {
    key.signal?.throwIfAborted();
    const { rows } = await database.raw<{ rows: { path: string; body: string }[] }>(
      `select u.path, c.body from frozen_shards s
       cross join lateral unnest(
         s.content_ids[:first::integer : :last::integer], s.entry_paths[:first::integer : :last::integer]
       ) with ordinality as u (id, path, place)
       join contents c on c.id = u.id
       where s.run_id = :runId and s.number = :number
       order by u.place`,
      { runId: key.runId, number: key.number, first, last: first + tablesPerRead - 1 },
    );
    for (const { path, body } of rows) {
      const table = JSON.parse(body) as Record<string, unknown>;
      yield { path, text: createTableStatement(table, details.dialect) };
    }
  }
}
