import type { Knex } from 'knex';
import type { Connection } from '../database/connect';
import type { ShardObject } from './load-shard';

/** The canonical documents of pinned versions, without secrets, by asset; none for deletions. */
export async function readPinnedDocuments(
  connection: Connection,
  objects: readonly ShardObject[],
): Promise<ReadonlyMap<number, string>> {
  const { rows } = await connection.raw<{ rows: { asset_id: number; body: string }[] }>(
    `select v.asset_id, c.body
     from unnest(:assets::bigint[], :versions::integer[]) as n (asset_id, version)
     join asset_versions v on v.asset_id = n.asset_id and v.version = n.version
     join contents c on c.id = v.content_id`,
    {
      assets: objects.map(({ asset_id: id }) => id),
      versions: objects.map(({ version }) => version),
    } as unknown as Record<string, Knex.Value>,
  );
  return new Map(rows.map(({ asset_id: id, body }) => [id, body]));
}
