import type { Knex } from 'knex';
import { deletionsPath } from '../../archive/package-layout';
import { countShards } from './freeze-objects';
import { linesPerRow } from './freeze-requirements';
import type { Freezing } from './freezing';

/**
 * Writes down what the base carries and is deleted since, as the lines of `deletions.ndjson`
 * (REL-16), sorted by type, project and code. The shard is there only where there are any, and comes
 * before the objects, as its path does.
 */
export async function freezeDeletions({ trx, runId, base }: Freezing): Promise<void> {
  if (base === undefined) return;
  await trx.raw(
    `with lines as materialized (
       select ${deletionLine} as line,
         row_number() over (order by a.type, a.project, a.code) as position
       from scope_difference d join assets a on a.id = d.asset_id where d.change = 'deleted'
     ), kept as (
       insert into frozen_deletions (run_id, number, body)
       select :runId::text, (position - 1) / :linesPerRow::bigint + 1, string_agg(line, e'\\n' order by position)
       from lines group by 2
     )
     insert into frozen_shards
       (run_id, number, kind, path, content_ids, object_count, byte_count, digest)
     select :runId::text, :number::integer, 'deletions', :path::text, '{}', count(*),
       sum(octet_length(line) + 1),
       sha256(string_agg(sha256(convert_to(line, 'UTF8')), ''::bytea order by position))
     from lines having count(*) > 0`,
    {
      runId,
      linesPerRow,
      path: deletionsPath,
      number: (await countShards(trx, runId)) + 1,
    } as Record<string, Knex.Value>,
  );
}

/** Canonical JSON: members in order, and PostgreSQL escapes a text exactly as RFC 8785 wants it. */
const deletionLine = `'{"changedAt":' || to_json(to_char(a.changed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))
  || ',"changedBy":' || coalesce(to_json(a.changed_by)::text, 'null')
  || ',"code":' || to_json(a.code)
  || ',"deleted":true,"project":' || coalesce(to_json(nullif(a.project, ''))::text, 'null')
  || ',"type":' || to_json(a.type) || '}'`;

/** Remembers which of the pinned objects the base lacks, for those who look at the frozen scope. */
export async function markNewObjects({ trx, runId, base }: Freezing): Promise<void> {
  if (base === undefined) return;
  await trx.raw(
    `with placed as (
       select s.number, u.place, u.id from frozen_shards s
       cross join lateral unnest(s.content_ids) with ordinality as u (id, place)
       where s.run_id = :runId and s.kind = 'objects'
     ), added as (
       select p.number, array_agg(p.place::integer order by p.place) as places
       from scope_difference d join assets a on a.id = d.asset_id
       join placed p on p.id = a.content_id
       where d.change = 'new' group by p.number
     )
     update frozen_shards s set new_places = coalesce(
       (select places from added where added.number = s.number), '{}')
     where s.run_id = :runId and s.kind = 'objects'`,
    { runId },
  );
}
