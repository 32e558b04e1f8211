import type { Knex } from 'knex';
import { countShards } from './freeze-objects';
import type { Freezing } from './freezing';
import { collectRequirements } from './missing-references';

/** Lines of requirements.ndjson in a row of frozen_requirements. */
export const linesPerRow = 1000;

/** How many distinct requirements there are: of things the tenant lacks too, and of things only left out. */
export interface RequirementCounts {
  readonly dangling: number;
  readonly notPacked: number;
}

/**
 * Writes down what the objects in scope refer to and the scope lacks, as the lines of
 * `requirements.ndjson` (REL-44), sorted by type (none first), project and code; the shard is there
 * also when it is empty, and comes last, as its path does.
 */
export async function freezeRequirements(freezing: Freezing): Promise<RequirementCounts> {
  const { trx, runId, tenant, condition } = freezing;
  await collectRequirements(trx, tenant.id, condition);
  const { rows } = await trx.raw<{ rows: [RequirementCounts] }>(
    `with lines as materialized (
       select dangling, ${requirementLine} as line,
         row_number() over (order by coalesce(type, ''), project, code) as position
       from scope_requirements
     ), kept as (
       insert into frozen_requirements (run_id, number, body)
       select :runId::text, (position - 1) / :linesPerRow::bigint + 1, string_agg(line, e'\\n' order by position)
       from lines group by 2
     ), shard as (
       insert into frozen_shards
         (run_id, number, kind, path, content_ids, object_count, byte_count, digest)
       select :runId::text, :number::integer, 'requirements', 'requirements.ndjson', '{}', count(*),
         coalesce(sum(octet_length(line) + 1), 0),
         sha256(coalesce(string_agg(sha256(convert_to(line, 'UTF8')), ''::bytea order by position), ''::bytea))
       from lines
     )
     select (count(*) filter (where dangling))::integer as dangling,
       (count(*) filter (where not dangling))::integer as "notPacked" from lines`,
    {
      runId,
      linesPerRow,
      number: (await countShards(trx, runId)) + 1,
    } as Record<string, Knex.Value>,
  );
  return rows[0];
}

/** Canonical JSON: members in order, and PostgreSQL escapes a text exactly as RFC 8785 wants it. */
const requirementLine = `'{"code":' || to_json(code) || ',"example":{"code":' || to_json(example[3])
  || ',"project":' || coalesce(to_json(nullif(example[2], ''))::text, 'null')
  || ',"type":' || to_json(example[1])
  || '},"project":' || coalesce(to_json(nullif(project, ''))::text, 'null')
  || ',"referenceCount":' || reference_count
  || ',"roles":[' || (select string_agg(to_json(role)::text, ',' order by place) from unnest(roles) with ordinality as u (role, place))
  || '],"type":' || coalesce(to_json(type)::text, 'null') || '}'`;
