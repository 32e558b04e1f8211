import {
  ApplicationFailure,
  CancellationScope,
  condition,
  defineSignal,
  defineUpdate,
  setHandler,
} from '@temporalio/workflow';
import type { OperatorVerdict } from '../../schemas/activities';
import { messageNames, type OperatorMessage, type StepDecision } from '../../schemas/messages';
import type { RunActivities } from './activity-proxies';
import { readOperatorMessage } from './read-message';

const retry = defineSignal<[(OperatorMessage | string)?]>(messageNames.retry);
const abort = defineSignal<[(OperatorMessage | string)?]>(messageNames.abort);
const resolveStep = defineUpdate<string, [StepDecision]>(messageNames.resolveStep);

/** A step that waits for a person. */
export interface ParkedStep {
  readonly step: string;
  readonly error: { readonly code: string; readonly message: string };
  readonly skippable: boolean;
  /** How often this run has parked, so that each park is announced once. */
  readonly round: number;
}

/** What an operator decided, once it is known that they may. */
export interface ParkVerdict {
  readonly action: 'retry' | 'skip' | 'abort';
  readonly by: string;
  readonly note: string;
}

interface ParkingOptions {
  readonly runId: string;
  readonly deadlineMs: number;
  readonly activities: RunActivities;
}

/**
 * Lets a failed step wait for a person (RUN-2, RUN-3): signals `retry` and `abort`, update
 * `resolveStep`. A decision counts only while a step is parked and only from someone who may; one
 * that comes at any other time is dropped, so that it cannot un-park a later failure.
 */
export class Parking {
  private parked: ParkedStep | undefined;
  private verdict: ParkVerdict | undefined;
  private readonly options: ParkingOptions;

  constructor(options: ParkingOptions) {
    this.options = options;
    setHandler(retry, (sent) => this.offer({ action: 'retry', ...readOperatorMessage(sent) }), {
      description: 'Run the parked step again. Input: your name, as "olga" (may be left out).',
    });
    setHandler(abort, (sent) => this.offer({ action: 'abort', ...readOperatorMessage(sent) }), {
      description:
        'Give the run up and undo what it did, while a step is parked. Input: your name, as "olga".',
    });
    setHandler(
      resolveStep,
      (decision) => this.resolve({ ...readOperatorMessage(decision), action: decision.action }),
      {
        description:
          'Decide about the parked step: {"action": "retry" or "skip" or "abort", "by": "olga", "note": "why"}.',
        validator: (decision: StepDecision | undefined) => {
          this.refuse(decision);
        },
      },
    );
  }

  private get decided(): ParkVerdict | undefined {
    return this.verdict;
  }

  /** Parks until a decision counts; the deadline aborts. Throws only when the run is cancelled. */
  async wait(parked: ParkedStep): Promise<ParkVerdict> {
    this.parked = parked;
    this.verdict = undefined;
    const announcing = new CancellationScope();
    void announcing.run(() => this.announce(parked)).catch(() => undefined);
    try {
      await condition(() => this.decided !== undefined, this.options.deadlineMs);
      return (
        this.decided ?? { action: 'abort', by: 'the deadline', note: 'nobody decided in time' }
      );
    } finally {
      this.parked = undefined;
      announcing.cancel();
    }
  }

  private async announce({ step, error, round }: ParkedStep): Promise<void> {
    const { runId, activities } = this.options;
    await activities.lasting.announcePark({
      runId,
      step,
      error: `${error.code}: ${error.message}`,
      round,
    });
  }

  /** A signal cannot be refused: what does not count is audited by the activity that judges it, or dropped. */
  private async offer(decision: StepDecision): Promise<void> {
    const parked = this.parked;
    if (parked === undefined) return;
    const judged = await this.judge(decision, parked);
    if (judged.allowed) this.settle({ ...decision, by: judged.by }, parked);
  }

  private async resolve(decision: StepDecision): Promise<string> {
    const parked = this.parked;
    if (parked === undefined) throw refusal('StepNotParked', 'no step is parked');
    const judged = await this.judge(decision, parked);
    if (!judged.allowed) throw refusal('PermissionDenied', judged.reason);
    if (!this.settle({ ...decision, by: judged.by }, parked))
      throw refusal('StepNotParked', 'somebody else has decided meanwhile');
    return `${decision.action}: ${parked.step}`;
  }

  private async judge(decision: StepDecision, parked: ParkedStep): Promise<OperatorVerdict> {
    const { runId, activities } = this.options;
    return CancellationScope.nonCancellable(() =>
      activities.lasting.judgeOperator({ ...decision, runId, step: parked.step }),
    );
  }

  private settle(decision: StepDecision & { readonly by: string }, parked: ParkedStep): boolean {
    if (this.parked !== parked || this.verdict !== undefined) return false;
    this.verdict = {
      action: decision.action,
      by: decision.by,
      note: decision.note ?? '',
    };
    return true;
  }

  private refuse(decision: StepDecision | undefined): void {
    if (decision === undefined || !['retry', 'skip', 'abort'].includes(decision.action)) {
      throw refusal('InvalidInput', 'action must be "retry", "skip" or "abort"');
    }
    if (this.parked === undefined) throw refusal('StepNotParked', 'no step is parked');
    if (decision.action === 'skip' && !this.parked.skippable) {
      throw refusal('StepNotSkippable', `the step "${this.parked.step}" cannot be skipped`);
    }
  }
}

function refusal(type: string, message: string): ApplicationFailure {
  return ApplicationFailure.create({ type, message, nonRetryable: true });
}
