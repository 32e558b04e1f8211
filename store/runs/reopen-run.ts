import type { Knex } from 'knex';
import { PipelineError } from '../../schemas/pipeline-error';
import { alwaysDone, type RecordedRun } from '../../schemas/workflows';
import type { Caller } from '../people/authenticate';
import { findRun, type RunWithContext } from './find-run';
import { pipelineOf } from './pipelines';

/** From where a closed run is to be started again, and by whom. */
export interface Reopening {
  readonly runId: string;
  /** The first step that is done anew. */
  readonly step: string;
  /** The same request is the same execution (RUN-13). */
  readonly requestId: string;
  readonly caller: Caller;
}

/** A run that is open again, and what its workflow is started with. */
export interface ReopenedRun {
  readonly run: RunWithContext;
  readonly recorded: RecordedRun;
  readonly execution: number;
  readonly isNew: boolean;
}

/**
 * Opens the record of a closed run again, for another execution under the same id, whose requester
 * is the caller (RUN-4). What it was before is kept beside it. Throws `RunNotRerunnable`,
 * `RunStillOpen`, `StepUnknown`, and `StepNotRecorded` with the step from which it can be.
 */
export async function reopenRun(
  trx: Knex.Transaction,
  { runId, step, requestId, caller }: Reopening,
): Promise<ReopenedRun> {
  const run = await findRun(trx, runId, 'update');
  const { recorded, rerun, execution } = run;
  const isAsked = rerun?.requestId === requestId;
  if (isAsked && recorded !== null && (run.ended_at === null || run.status === 'succeeded')) {
    return { run, recorded, execution, isNew: false };
  }
  if (run.ended_at === null) throw new PipelineError('RunStillOpen', { run: runId });
  const steps = run.steps.map((one) => one.name);
  if (!steps.includes(step)) throw new PipelineError('StepUnknown', { run: runId, step, steps });
  if (recorded === null) throw new PipelineError('RunNotRerunnable', { run: runId });
  const missing = steps
    .slice(0, steps.indexOf(step))
    .find((one) => !alwaysDone(one) && !Object.hasOwn(recorded.results, one));
  if (missing !== undefined)
    throw new PipelineError('StepNotRecorded', { run: runId, step: missing, from: missing });
  await archive(trx, run);
  await trx('runs')
    .where({ id: runId })
    .update({
      execution: execution + 1,
      rerun: JSON.stringify({ step, requestId }),
      requested_by: caller.personId,
      status: 'running',
      report: null,
      started_at: trx.fn.now(),
      ended_at: null,
    });
  const reopened = await findRun(trx, runId);
  await reopenSubject(trx, reopened, steps.slice(steps.indexOf(step)));
  return { run: reopened, recorded, execution: execution + 1, isNew: true };
}

/** What a step gave in an earlier execution of a run; throws `StepNotRecorded`. */
export async function findRecordedResult(
  trx: Knex,
  { runId, step }: { readonly runId: string; readonly step: string },
): Promise<unknown> {
  const run = await findRun(trx, runId);
  const results = run.recorded?.results ?? {};
  if (!Object.hasOwn(results, step))
    throw new PipelineError('StepNotRecorded', { run: runId, step });
  return results[step];
}

async function archive(trx: Knex.Transaction, run: RunWithContext): Promise<void> {
  await trx.raw(
    `insert into run_executions (run_id, execution, requested_by, status, steps, report, started_at, ended_at)
     select id, execution, requested_by, status, steps, report, started_at, ended_at
     from runs where id = ?`,
    [run.id],
  );
}

async function reopenSubject(
  trx: Knex.Transaction,
  run: RunWithContext,
  redone: readonly string[],
): Promise<void> {
  const refusal = await pipelineOf(run).reopen?.(trx, run, redone);
  if (refusal === undefined) throw new PipelineError('RunNotRerunnable', { run: run.id });
  if (refusal !== null) throw new PipelineError('RunNotRerunnable', { run: run.id, ...refusal });
}
