import { PipelineError } from '../../schemas/pipeline-error';
import type { StepView } from '../../schemas/runs/step-view';
import type { RecordedRun, RunReport } from '../../schemas/workflows';
import type { Connection } from '../database/connect';
import type { Caller } from '../people/authenticate';

/** A run as its record says it; who asked for it stands in it, so no history carries that. */
export interface RunRow {
  readonly id: string;
  readonly tenant_id: number;
  readonly pipeline: string;
  /** What the run is about, such as the release's id. */
  readonly subject: string;
  readonly requested_by: number;
  readonly status: string;
  readonly holds_mode: boolean;
  readonly steps: readonly StepView[];
  readonly report: Omit<RunReport, 'steps'> | null;
  readonly started_at: Date;
  readonly ended_at: Date | null;
  /** How often it was begun: 1, and one more each time it was started again from a step (RUN-4). */
  readonly execution: number;
  /** What it left for being started again; null while it was never closed by its workflow. */
  readonly recorded: RecordedRun | null;
  /** How it was started again last. */
  readonly rerun: { readonly step: string; readonly requestId: string } | null;
}

/** A run with the name and code of who and where. */
export interface RunWithContext extends RunRow {
  readonly tenant_code: string;
  readonly requester: string;
}

/** The run with this id; `lock` keeps others from changing it until the transaction ends. Throws `RunNotFound`. */
export async function findRun(
  connection: Connection,
  runId: string,
  lock: 'none' | 'update' = 'none',
): Promise<RunWithContext> {
  const query = connection('runs')
    .join('tenants', 'tenants.id', 'runs.tenant_id')
    .join('people', 'people.id', 'runs.requested_by')
    .where('runs.id', runId);
  const row = await (lock === 'update' ? query.forUpdate('runs') : query).first<
    RunWithContext | undefined
  >('runs.*', 'tenants.code as tenant_code', 'people.name as requester');
  if (row === undefined) throw new PipelineError('RunNotFound', { run: runId });
  return row;
}

/** Who asked for a run, as a caller whose rights can be checked. */
export function requesterOf(run: RunWithContext): Caller {
  return { personId: run.requested_by, name: run.requester };
}

/** The run's id with which execution it is: what happens anew in each is told anew. */
export function executionKey(run: Pick<RunRow, 'id' | 'execution'>): string {
  return run.execution === 1 ? run.id : `${run.id}#${run.execution}`;
}
