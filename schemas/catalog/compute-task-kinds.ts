import type { Finding, FindingObject, FindingSeverity } from '../runs/finding';

/**
 * Which kinds of compute tasks an engine type runs (REL-43); a row more makes an engine known. `sql` is
 * an engine's own dialect, `query` a single statement of it whose result is written to a table.
 */
export const computeTaskKinds: Readonly<Record<string, readonly string[]>> = {
  analyticdb: ['sql', 'query'],
  bigquery: ['sql', 'query', 'script'],
  greenplum: ['sql', 'query'],
  hadoop: ['sql', 'query', 'hive_sql', 'impala_sql', 'mapreduce', 'spark_jar', 'spark_sql'],
  hive: ['sql', 'query', 'hive_sql', 'mapreduce'],
  maxcompute: ['sql', 'query', 'maxcompute_mr', 'maxcompute_sql', 'pyodps', 'spark_jar'],
  mysql: ['sql', 'query'],
  opengauss: ['sql', 'query'],
  oracle: ['sql', 'query'],
  postgresql: ['sql', 'query'],
  spark: ['sql', 'query', 'pyspark', 'spark_jar', 'spark_sql'],
};

/** Members of a compute task’s definition that say its kind, the first that is there counts. */
export const taskKindMembers = ['kind', 'flavour'] as const;

/** What of an asset document the kind of a task is judged by. */
export interface TaskDocument {
  readonly type: string;
  readonly project: string | null;
  readonly code: string;
  readonly definition: Readonly<Record<string, unknown>>;
}

/**
 * `ComputeTaskKindUnsupported` where a document is a compute task of a kind that none of the engines
 * runs (REL-43): an error that may be overridden, as the task would not run on the target. A task
 * without a kind passes, and so does every task where an engine is none of the table.
 */
export function findUnsupportedTaskKind(
  { type, project, code, definition }: TaskDocument,
  engines: readonly string[],
): Finding | undefined {
  if (type !== 'compute_task') return undefined;
  const kind = taskKindMembers.map((member) => definition[member]).find((one) => one != null);
  if (typeof kind !== 'string' || runsOnSome(kind, engines)) return undefined;
  return toTaskKindFinding({ type, project, code }, { kind, engines, severity: 'error' });
}

/** What is said about a task of a kind that its engines lack. */
export function toTaskKindFinding(
  object: FindingObject,
  about: {
    readonly kind: string;
    readonly engines: readonly string[];
    readonly severity: FindingSeverity;
  },
): Finding {
  const kinds = [...new Set(about.engines.flatMap((engine) => computeTaskKinds[engine] ?? []))];
  return {
    code: 'ComputeTaskKindUnsupported',
    severity: about.severity,
    object,
    reason: `Compute tasks of the kind ${about.kind.slice(0, 100)} do not run on ${about.engines.join(', ')}`,
    fix: `Write the task as one of ${kinds.sort().join(', ')}, or move it to a project with another engine.`,
    overridable: about.severity === 'error',
  };
}

function runsOnSome(kind: string, engines: readonly string[]): boolean {
  return engines.some((engine) => computeTaskKinds[engine]?.includes(kind) ?? true);
}
