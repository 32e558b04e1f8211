import {
  ActivityFailure,
  ChildWorkflowFailure,
  WorkflowExecutionAlreadyStartedError,
} from '@temporalio/common';
import {
  defineQuery,
  isCancellation,
  setCurrentDetails,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { CheckResult } from '../../schemas/runs/run-ref';
import { messageNames } from '../../schemas/messages';
import type { Finding } from '../../schemas/runs/finding';
import type { RunStatus, RunView, StepProgress } from '../../schemas/runs/step-view';
import { alwaysDone, type RecordedRun, type RunInput } from '../../schemas/workflows';
import { applyOverrides } from '../rules/apply-overrides';
import { refusalCodes, refusalReason } from '../rules/refusal-reason';
import { summariseOverrides } from '../rules/summarise-overrides';
import { activitiesFor, type RunActivities } from './activity-proxies';
import { describeRun } from './current-details';
import { Parking } from './parking';
import { Pausing } from './pausing';
import { rootCause } from './root-cause';
import { RunEnded } from './run-ended';
import { publishStatus } from './search-attributes';
import { StepJournal } from './step-journal';
import { StepRecords } from './step-records';
import { UndoStack } from './undo-stack';

const view = defineQuery<RunView>(messageNames.view);

/** Findings in a report; histories hold references only. */
const warningsAtMost = 100;

type StepBody<T> = (activities: RunActivities) => Promise<T>;

/**
 * A run as a list of named steps (RUN-1). `step` does one: the engine retries it, and when that is
 * used up or pointless the run parks until a person decides (RUN-2, RUN-3). Open it before the first
 * await, so that its handlers are there before any message.
 */
export class Run {
  readonly runId = workflowInfo().workflowId;
  readonly undo = new UndoStack();
  readonly journal: StepJournal;
  private readonly records = new StepRecords(this.undo);
  readonly activities: RunActivities;
  private readonly input: RunInput;
  private readonly parking: Parking;
  private readonly pausing: Pausing;
  private status: RunStatus = 'running';
  private waitingFor: string | null = null;
  private approvalRequestId: string | null = null;
  private parks = 0;
  private readonly overridden = new Set<string>();
  private readonly noted = new Map<string, Finding>();
  private recheck: () => Promise<void> = () => Promise.resolve();

  constructor(steps: readonly string[], input: RunInput) {
    this.input = input;
    this.journal = new StepJournal(steps);
    this.activities = activitiesFor(input, 'run');
    this.parking = new Parking({
      runId: this.runId,
      deadlineMs: input.limits.parkDeadlineMs,
      activities: activitiesFor(input, 'operators'),
    });
    this.pausing = new Pausing(this.runId, activitiesFor(input, 'operators'));
    setHandler(view, () => this.view(), {
      description: 'Every step with its state, attempts, progress and last error.',
    });
  }

  /** What is checked again after every wait, before the run goes on (REL-17). */
  recheckAfterWaits(recheck: () => Promise<void>): void {
    this.recheck = recheck;
  }

  /** Does a step; parks when it fails. `whenSkipped` makes it skippable and gives its result then. */
  async step<T>(name: string, body: StepBody<T>, whenSkipped?: () => T): Promise<T> {
    await this.waitWhilePaused();
    const isRecorded = this.isRecorded(name);
    const work = isRecorded ? this.recordedResult<T>(name) : body;
    for (let round = 0; ; round++) {
      let attempts = 0;
      this.begin(name);
      try {
        const result = await work(
          activitiesFor(this.input, name, (count) => {
            attempts = Math.max(attempts, count);
            this.journal.addAttempts(name, round * this.input.limits.maxAttempts + attempts);
          }),
        );
        // Work that is no activity, such as starting a child, tells of no attempts.
        this.journal.addAttempts(name, round * this.input.limits.maxAttempts + 1);
        this.records.add(name, result);
        this.end(name, 'done', isRecorded ? 'result of an earlier execution' : undefined);
        return result;
      } catch (error) {
        const { maxAttempts } = this.input.limits;
        this.journal.addAttempts(name, round * maxAttempts + attemptsOf(error, maxAttempts));
        if (!mendable(error)) {
          this.end(name, 'failed');
          throw error;
        }
        const action = await this.park(name, error, whenSkipped !== undefined);
        if (action === 'skip' && whenSkipped !== undefined) {
          this.end(name, 'skipped');
          return whenSkipped();
        }
        await this.recheck();
      }
    }
  }

  /** Does a step that checks: a finding of severity `error` that nobody overrides ends the run as `check failed` (RUN-6, RUN-24). */
  async check<T extends CheckResult>(name: string, body: StepBody<T>): Promise<T> {
    const result = await this.step(name, body);
    const judged = applyOverrides(result.findings, this.input.overrides ?? []);
    const { errors, overridden, rest } = judged;
    for (const finding of [...overridden, ...rest])
      this.noted.set(JSON.stringify(finding), finding);
    await this.auditOverrides(name, overridden);
    if (errors.length === 0) return result;
    this.records.forget(name);
    this.end(name, 'failed', refusalCodes(errors));
    throw new RunEnded('check failed', refusalReason(errors), [...errors, ...overridden, ...rest]);
  }

  /** Once a step: a check that is done again after a wait has been audited. */
  private async auditOverrides(step: string, overridden: readonly Finding[]): Promise<void> {
    if (overridden.length === 0 || this.overridden.has(step)) return;
    this.overridden.add(step);
    const overrides = summariseOverrides(overridden);
    await this.activities.lasting.auditOverrides({ runId: this.runId, step, overrides });
  }

  /** What checks that passed had to say besides, once each (RUN-24). */
  get warnings(): Finding[] {
    return [...this.noted.values()].slice(0, warningsAtMost);
  }

  /** Shows how far a step is. */
  progress(name: string, reached: Omit<StepProgress, 'perSecond' | 'remainingSeconds'>): void {
    this.journal.progress(name, reached);
    this.show();
  }

  /** Shows that the run waits for people, and for what; null when it goes on. */
  wait(waitingFor: string | null, approvalRequestId: string | null): void {
    this.waitingFor = waitingFor;
    this.approvalRequestId = approvalRequestId;
    this.enter(waitingFor === null ? 'running' : 'waiting for approval', 'wait for approval');
  }

  /** What is kept for being started again from a step; ask before anything is undone (RUN-4). */
  recorded(unwinds: boolean): RecordedRun & { readonly carried: string[] } {
    const { input } = this;
    const takenBack = unwinds && this.undo.takesBack(this.undo.mark);
    // The run may have ended before it came to them.
    const names = this.journal.views.map((step) => step.name);
    const carried = takenBack ? [] : names.filter((name) => this.isRecorded(name));
    const results = this.records.kept(unwinds);
    return { workflow: workflowInfo().workflowType, input, results, carried };
  }

  /** True for a step before the one that the run is started again from, the first time it is come to. */
  private isRecorded(name: string): boolean {
    const from = this.input.rerun?.from;
    if (from === undefined || alwaysDone(name)) return false;
    const names = this.journal.views.map((step) => step.name);
    const { state } = this.journal.views[names.indexOf(name)] ?? { state: 'done' };
    return state === 'pending' && names.indexOf(name) < names.indexOf(from);
  }

  private recordedResult<T>(step: string): StepBody<T> {
    const { runId } = this;
    return async ({ control }) => (await control.readRecordedResult({ runId, step })) as T;
  }

  private view(): RunView {
    const { status, waitingFor, approvalRequestId } = this;
    return { status, steps: this.journal.views, waitingFor, approvalRequestId };
  }

  private begin(name: string): void {
    this.journal.begin(name);
    this.enter('running', name);
  }

  private end(name: string, state: 'done' | 'skipped' | 'failed', note?: string): void {
    this.journal.end(name, state, note);
    this.show();
  }

  private enter(status: RunStatus, step: string): void {
    this.status = status;
    publishStatus({ status, step });
    this.show();
  }

  private show(): void {
    setCurrentDetails(describeRun(this.view()));
  }

  private async waitWhilePaused(): Promise<void> {
    if (this.pausing.by === undefined) return;
    this.waitingFor = `Paused by ${this.pausing.by}: send the signal resume to go on`;
    this.enter('paused', '');
    await this.pausing.waitWhilePaused();
    this.waitingFor = null;
    await this.recheck();
  }

  /** Waits for an operator; gives `retry` or `skip`, and ends the run on `abort`. */
  private async park(step: string, error: unknown, skippable: boolean): Promise<'retry' | 'skip'> {
    const cause = rootCause(error);
    this.parks += 1;
    this.journal.park(step, cause);
    this.waitingFor =
      `The step "${step}" failed: mend the cause, then send the signal **retry**` +
      `${skippable ? ', the update **resolveStep** with `{"action":"skip","by":"you"}`' : ''}, or **abort** to undo the run`;
    this.enter('parked', step);
    const verdict = await this.parking.wait({ step, error: cause, skippable, round: this.parks });
    this.waitingFor = null;
    this.journal.note(
      step,
      `${verdict.action} by ${verdict.by}${verdict.note === '' ? '' : `: ${verdict.note}`}`,
    );
    if (verdict.action !== 'abort') return verdict.action;
    this.end(step, 'failed');
    throw new RunEnded(
      'aborted',
      `${step} failed (${cause.code}: ${cause.message}); aborted by ${verdict.by}`,
    );
  }
}

/** Temporal does not say how often a failed activity was tried, but why it is not tried again. */
function attemptsOf(error: unknown, maxAttempts: number): number {
  if (!(error instanceof ActivityFailure)) return 1;
  return error.retryState === 'MAXIMUM_ATTEMPTS_REACHED' ? maxAttempts : 1;
}

/** True for failures a person may be able to mend; a cancelled run and a bug of the workflow are none. */
function mendable(error: unknown): boolean {
  return (
    !isCancellation(error) &&
    (error instanceof ActivityFailure ||
      error instanceof ChildWorkflowFailure ||
      error instanceof WorkflowExecutionAlreadyStartedError)
  );
}
