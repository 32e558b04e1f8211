import type { WorkflowHandle } from '@temporalio/client';
import { messageNames } from '../../schemas/messages';
import type { RunStatus, RunView, StepView } from '../../schemas/runs/step-view';
import type { RunReport } from '../../schemas/workflows';
import type { RunWithContext } from '../../store/runs/find-run';
import type { ExecutionRow } from '../../store/runs/list-executions';

/** A run in a list; times are RFC 3339. */
export interface RunSummary {
  readonly id: string;
  readonly tenant: string;
  /** Such as `release.export`. */
  readonly pipeline: string;
  /** What the run is about, such as the release’s id. */
  readonly subject: string;
  readonly requestedBy: string;
  /** What it is doing, or how it ended. */
  readonly status: string;
  readonly startedAt: string;
  readonly endedAt: string | null;
  /** How often it was begun: more than once where it was started again from a step (RUN-4). */
  readonly execution: number;
  /** The run’s page in the Temporal UI. */
  readonly link: string;
}

/** An execution of a run before the one of today (RUN-4). */
export interface EarlierExecution {
  readonly execution: number;
  readonly status: string;
  readonly requestedBy: string;
  readonly reason: string | null;
  readonly startedAt: string;
  readonly endedAt: string;
}

/** A run with every step. */
export interface RunDetails extends RunSummary {
  readonly activity: RunStatus;
  readonly steps: readonly StepView[];
  /** What to do, while a person is waited for. */
  readonly waitingFor: string | null;
  readonly approvalRequestId: string | null;
  /** How it ended before it was started again. */
  readonly earlier: readonly EarlierExecution[];
  /** How it ended; null while it goes on. */
  readonly report: Omit<RunReport, 'steps'> | null;
  /** False where no worker answered: the steps may be old. */
  readonly live: boolean;
}

/** A run’s row as people see it. */
export function toRunSummary(row: RunWithContext, link: string): RunSummary {
  return {
    id: row.id,
    tenant: row.tenant_code,
    pipeline: row.pipeline,
    subject: row.subject,
    requestedBy: row.requester,
    status: row.status,
    startedAt: row.started_at.toISOString(),
    endedAt: row.ended_at?.toISOString() ?? null,
    execution: row.execution,
    link,
  };
}

/** An ended run from its record; a run at work from the workflow itself, with the attempts under way. */
export async function readRunDetails(
  row: RunWithContext,
  link: string,
  handle: () => Promise<WorkflowHandle>,
): Promise<Omit<RunDetails, 'earlier'>> {
  const summary = toRunSummary(row, link);
  const ended = { waitingFor: null, approvalRequestId: null, steps: row.steps };
  if (row.ended_at !== null)
    return { ...summary, ...ended, activity: 'ended', report: row.report, live: true };
  const view = await queryView(await handle());
  if (view === undefined)
    return { ...summary, ...ended, activity: 'running', report: null, live: false };
  const steps = await withAttemptsUnderWay(view.steps, await handle());
  const { status: activity, waitingFor, approvalRequestId } = view;
  return {
    ...summary,
    status: activity,
    activity,
    steps,
    waitingFor,
    approvalRequestId,
    report: null,
    live: true,
  };
}

/** How a run ended before, as people see it. */
export function toEarlierExecution(row: ExecutionRow): EarlierExecution {
  return {
    execution: row.execution,
    status: row.status,
    requestedBy: row.requester,
    reason: row.report?.reason ?? null,
    startedAt: row.started_at.toISOString(),
    endedAt: row.ended_at.toISOString(),
  };
}

/** Undefined where no worker answers. */
async function queryView(handle: WorkflowHandle): Promise<RunView | undefined> {
  try {
    return await handle.query<RunView>(messageNames.view);
  } catch {
    return undefined;
  }
}

/** The engine alone knows how often an activity that is not done was tried, and what it said last. */
async function withAttemptsUnderWay(
  steps: readonly StepView[],
  handle: WorkflowHandle,
): Promise<readonly StepView[]> {
  const { raw } = await handle.describe();
  const pending = raw.pendingActivities ?? [];
  if (pending.length === 0) return steps;
  const attempts = Math.max(...pending.map((activity) => activity.attempt ?? 1));
  const failure = pending.find((activity) => activity.lastFailure != null)?.lastFailure;
  return steps.map((step) =>
    step.state !== 'running'
      ? step
      : {
          ...step,
          attempts: Math.max(step.attempts, attempts),
          ...(failure == null
            ? {}
            : {
                lastError: {
                  code: failure.applicationFailureInfo?.type ?? 'TimedOut',
                  message: failure.message ?? '',
                },
              }),
        },
  );
}
