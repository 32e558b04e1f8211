import {
  allHandlersFinished,
  CancellationScope,
  condition,
  isCancellation,
} from '@temporalio/workflow';
import type { RunReport } from '../../schemas/workflows';
import type { Run } from './run';
import { RunEnded } from './run-ended';

/** Ids and counts of what a run made. */
export type RunResult = RunReport['result'];

/**
 * Carries a run to its end: whatever happens in `body`, what was done is undone unless it succeeded,
 * the record is closed, and the report says how it ended (RUN-6, RUN-7). A cancelled run is undone
 * and recorded too, then ends as cancelled.
 */
export async function conductRun(run: Run, body: () => Promise<RunResult>): Promise<RunReport> {
  const ended = await outcomeOf(run, body);
  run.journal.close();
  const unwinds = ended.outcome !== 'succeeded';
  const recorded = run.recorded(unwinds);
  const undoFailures = unwinds ? await run.undo.unwind() : [];
  const report: RunReport = {
    outcome: ended.outcome,
    ...(ended.reason === undefined ? {} : { reason: ended.reason }),
    findings: ended.findings,
    result: ended.result,
    steps: run.journal.views,
    undoFailures,
  };
  await CancellationScope.nonCancellable(async () => {
    const { outcome, findings, result, steps } = report;
    await run.activities.lasting.finishRun({
      runId: run.runId,
      outcome,
      reason: report.reason ?? null,
      findings,
      result,
      steps,
      undoFailures,
      recorded,
    });
    await condition(allHandlersFinished);
  });
  if (ended.cancellation !== undefined) throw ended.cancellation;
  return report;
}

interface Ended extends Pick<RunReport, 'outcome' | 'findings' | 'result'> {
  readonly reason?: string;
  readonly cancellation?: Error;
}

async function outcomeOf(run: Run, body: () => Promise<RunResult>): Promise<Ended> {
  try {
    const result = await body();
    return { outcome: 'succeeded', findings: run.warnings, result };
  } catch (error) {
    if (error instanceof RunEnded) {
      return {
        outcome: error.outcome,
        reason: error.message,
        findings: error.findings,
        result: {},
      };
    }
    if (isCancellation(error)) {
      return {
        outcome: 'cancelled',
        reason: 'the run was cancelled',
        findings: [],
        result: {},
        cancellation: error as Error,
      };
    }
    throw error;
  }
}
