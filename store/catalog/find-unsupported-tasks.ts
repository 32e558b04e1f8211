import type { Knex } from 'knex';
import {
  computeTaskKinds,
  taskKindMembers,
  toTaskKindFinding,
} from '../../schemas/catalog/compute-task-kinds';
import type { Finding } from '../../schemas/runs/finding';

/** Which assets are looked at: a condition on `assets a`. */
export interface TasksToJudge {
  readonly sql: string;
  readonly values: Readonly<Record<string, unknown>>;
}

const toldAtMost = 20;

interface TaskRow {
  readonly project: string;
  readonly code: string;
  readonly kind: string;
  readonly engine: string;
  readonly total: number;
}

/**
 * The compute tasks whose kind the engine of their project lacks (REL-43), as warnings: the first 20
 * in the order of their identities, and how many more. Of a project that names no engine, or one that
 * `computeTaskKinds` does not know, nothing is said.
 */
export async function findUnsupportedTasks(
  trx: Knex.Transaction,
  tasks: TasksToJudge,
): Promise<Finding[]> {
  const known = Object.entries(computeTaskKinds);
  const { rows } = await trx.raw<{ rows: TaskRow[] }>(unsupportedTasks(tasks.sql), {
    ...tasks.values,
    engines: known.map(([engine]) => engine),
    kinds: known.map(([, kinds]) => `,${kinds.join(',')},`),
    toldAtMost,
  } as Record<string, Knex.Value>);
  const findings = rows.map(({ project, code, kind, engine }) =>
    toTaskKindFinding(
      { type: 'compute_task', project, code },
      { kind, engines: [engine], severity: 'warning' },
    ),
  );
  const more = (rows[0]?.total ?? 0) - rows.length;
  return more > 0 ? [...findings, moreTasks(more)] : findings;
}

/** Materialised, or each task would be parsed once for each engine of the table. */
function unsupportedTasks(condition: string): string {
  const kind = taskKindMembers.map((member) => `d.definition ->> '${member}'`);
  return `with engine_projects as materialized (
      select p.tenant_id, p.code, e.engine, e.kinds from projects p
      join contents c on c.id = p.content_id
      join unnest(:engines::text[], :kinds::text[]) as e (engine, kinds)
        on e.engine = c.body::json -> 'definition' ->> 'engine'
    ), tasks as materialized (
      select a.project, a.code, e.engine, e.kinds, coalesce(${kind.join(', ')}) as kind
      from assets a
      join engine_projects e on e.tenant_id = a.tenant_id and e.code = a.project
      join contents c on c.id = a.content_id
      cross join lateral (select c.body::json -> 'definition' as definition offset 0) d
      where ${condition} and a.type = 'compute_task'
    )
    select project, code, kind, engine, count(*) over ()::integer as total from tasks
    where kind is not null and position(',' || kind || ',' in kinds) = 0
    order by project, code limit :toldAtMost`;
}

function moreTasks(more: number): Finding {
  return {
    code: 'ComputeTaskKindUnsupported',
    severity: 'warning',
    reason: `${more} more compute tasks are of kinds that the engines of their projects lack`,
    fix: 'Mend those that are listed, then look again.',
    overridable: false,
  };
}
