import type { Knex } from 'knex';
import { assetTypeCodes } from '../../schemas/catalog/asset-types';
import { categoryOf } from '../../schemas/releases/scope';
import type { Freezing } from './freezing';

/** Content bytes of a shard; the format allows 64 MB a file. */
const shardBytes = 16_000_000;
const shardObjects = 50_000;

/**
 * Cuts the objects in scope into shards of one type, in the byte order of their identities, and pins
 * their contents; numbers go on after the shards that are there. Gives the counts by type.
 */
export async function freezeObjects(freezing: Freezing): Promise<Record<string, number>> {
  const { trx, runId, condition } = freezing;
  // Each object weighs at least what fills a shard with the most objects it may have, so that one
  // running sum cuts by both limits.
  await trx.raw(
    `insert into frozen_shards
       (run_id, number, kind, type, path, content_ids, object_count, byte_count, digest)
     select :runId::text, :before + row_number() over (order by path), 'objects', type, path,
       content_ids, object_count, byte_count, digest
     from (
       select c.type, 'objects/' || g.category || '/' || c.type || '/'
           || lpad((row_number() over (partition by c.type order by c.shard))::text, 4, '0')
           || '.ndjson' collate "C" as path,
         c.content_ids, c.object_count, c.byte_count, c.digest
       from (
         select type, shard, array_agg(content_id order by position) as content_ids,
           count(*) as object_count, sum(byte_count + 1) as byte_count,
           sha256(string_agg(digest, ''::bytea order by position)) as digest
         from (
           select a.type, a.content_id, a.digest, a.byte_count,
             row_number() over identities as position,
             (sum(greatest(a.byte_count + 1, :minimumWeight)) over identities
               - greatest(a.byte_count + 1, :minimumWeight)) / :shardBytes::bigint as shard
           from assets a
           where ${condition.sql}
           window identities as (partition by a.type order by a.project, a.code rows unbounded preceding)
         ) objects
         group by type, shard
       ) c
       join unnest(:types::text[], :categories::text[]) as g (type, category) on g.type = c.type
     ) cut`,
    {
      ...condition.values,
      runId,
      before: await countShards(trx, runId),
      minimumWeight: shardBytes / shardObjects,
      shardBytes,
      types: assetTypeCodes,
      categories: assetTypeCodes.map(categoryOf),
    } as Record<string, Knex.Value>,
  );
  return countByType(trx, runId);
}

/** How many shards a run has so far. */
export async function countShards(trx: Knex.Transaction, runId: string): Promise<number> {
  const rows = await trx('frozen_shards')
    .where({ run_id: runId })
    .count<{ count: number }[]>({ count: '*' });
  return rows[0]?.count ?? 0;
}

async function countByType(trx: Knex.Transaction, runId: string): Promise<Record<string, number>> {
  const rows = await trx('frozen_shards')
    .where({ run_id: runId, kind: 'objects' })
    .groupBy('type')
    .orderBy('type')
    .select<{ type: string; count: number }[]>(
      'type',
      trx.raw('sum(object_count)::integer as count'),
    );
  return Object.fromEntries(rows.map((row) => [row.type, row.count]));
}
