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

function unsupportedTasks(condition: string): string {
  const kind = taskKindMembers.map((member) => `c.body::json -> 'definition' ->> '${member}'`);
  return `select t.project, t.code, t.kind, e.engine, count(*) over ()::integer as total
    from (
      select a.tenant_id, a.project, a.code, coalesce(${kind.join(', ')}) as kind
      from assets a join contents c on c.id = a.content_id
      where ${condition} and a.type = 'compute_task'
    ) t
    join projects p on p.tenant_id = t.tenant_id and p.code = t.project
    join contents pc on pc.id = p.content_id
    join unnest(:engines::text[], :kinds::text[]) as e (engine, kinds)
      on e.engine = pc.body::json -> 'definition' ->> 'engine'
    where t.kind is not null and position(',' || t.kind || ',' in e.kinds) = 0
    order by t.project, t.code limit :toldAtMost`;
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
