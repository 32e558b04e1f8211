import {
  ApplicationFailure,
  CancellationScope,
  condition,
  defineSignal,
  defineUpdate,
  patched,
  setHandler,
  uuid4,
} from '@temporalio/workflow';
import type { OpenedApproval } from '../../schemas/activities';
import {
  messageNames,
  type ApprovalMessage,
  type DecideMessage,
  type DecisionVerdict,
} from '../../schemas/messages';
import type { Run } from './run';
import { readApprovalMessage } from './read-message';
import { RunEnded } from './run-ended';

const approve = defineSignal<[ApprovalMessage]>(messageNames.approve);
const reject = defineSignal<[ApprovalMessage]>(messageNames.reject);
const decide = defineUpdate<DecisionVerdict, [DecideMessage]>(messageNames.decide);

/**
 * Lets a run pass when people have approved it (RUN-9). Every decision, also a late, double or
 * foreign one, is judged and audited by an activity before it counts. Open it before the first
 * await, so that no decision meets a run without handlers.
 */
export class ApprovalGate {
  private readonly run: Run;
  private state: DecisionVerdict['state'] = 'unknown';
  private reason = '';
  private reminders = 0;
  /** Runs that began before judge what comes together side by side, as their histories have it. */
  private readonly inOrder = patched('decisions-in-order');
  private lastJudged: Promise<unknown> = Promise.resolve();

  constructor(run: Run) {
    this.run = run;
    const form = '{"requestId": "…", "approver": "anna", "comment": "…"}';
    setHandler(approve, (sent: unknown) => this.take(sent, 'approve'), {
      description: `Approve this run: ${form}. The request id stands on the run's page. Add "code" where the policy asks for one.`,
    });
    setHandler(reject, (sent: unknown) => this.take(sent, 'reject'), {
      description: `Reject this run: ${form}. The comment is the reason and must be given.`,
    });
    setHandler(decide, (message) => this.answer(message), {
      description:
        'Decide and be answered: {"requestId": "…", "approver": "anna", "decision": "approve" or "reject", "comment": "…"}.',
      validator: (message: DecideMessage | undefined) => {
        if (!['approve', 'reject'].includes(message?.decision ?? '')) {
          throw ApplicationFailure.create({
            type: 'InvalidInput',
            message: 'decision must be "approve" or "reject"',
            nonRetryable: true,
          });
        }
      },
    });
  }

  /** Waits until the request for this digest is approved; ends the run when it is not (REL-18). */
  async pass(step: string, subjectDigest: string): Promise<void> {
    const opened = await this.run.step(step, ({ control }) =>
      control.openApproval({ runId: this.run.runId, subjectDigest }),
    );
    if (!opened.needed) {
      this.run.journal.note(step, opened.note ?? 'no approval needed');
      return;
    }
    if (this.state === 'unknown') this.state = 'pending';
    this.run.journal.begin(step);
    this.run.wait(
      `Waits for approval of request \`${opened.requestId}\`, scope \`${subjectDigest}\``,
      opened.requestId,
    );
    await this.waitForDecision(opened);
    this.run.journal.end(step, this.state === 'approved' ? 'done' : 'failed', this.reason);
    this.run.wait(null, null);
    if (this.state !== 'approved') {
      throw new RunEnded(this.state === 'rejected' ? 'rejected' : 'expired', this.reason);
    }
  }

  private async waitForDecision({
    requestId,
    deadlineMs,
    remindEveryMs,
  }: OpenedApproval): Promise<void> {
    const decided = (): boolean => this.state !== 'pending';
    const deadline = deadlineMs === null ? null : Date.now() + deadlineMs;
    while (!decided()) {
      const left = deadline === null ? null : Math.max(1, deadline - Date.now());
      const waitMs = Math.min(left ?? Infinity, remindEveryMs ?? Infinity);
      if (waitMs === Infinity) await condition(decided);
      else if (!(await condition(decided, waitMs))) await this.onTimer(requestId, deadline);
    }
  }

  private async onTimer(requestId: string, deadline: number | null): Promise<void> {
    const { runId, activities } = this.run;
    if (deadline !== null && Date.now() >= deadline) {
      const { state } = await activities.lasting.settleOverdueApproval({ runId, requestId });
      // A decision that came in at the last moment has settled it already.
      if (this.state !== 'pending') return;
      this.state = state;
      this.reason = `${state}: nobody decided before the deadline`;
    } else {
      this.reminders += 1;
      // A reminder that does not go out must not end the run.
      await activities.control
        .remindApprovers({ runId, requestId, reminder: this.reminders })
        .catch(() => undefined);
    }
  }

  /** A signal cannot be refused: what does not count is audited by the activity that judges it. */
  private async take(sent: unknown, decision: 'approve' | 'reject'): Promise<void> {
    await this.consider(sent, decision);
  }

  private async answer(message: DecideMessage): Promise<DecisionVerdict> {
    const verdict = await this.consider(message, message.decision);
    if (verdict.counted) return verdict;
    throw ApplicationFailure.create({
      type: 'DecisionIgnored',
      message: `The decision does not count (${verdict.reason})`,
      nonRetryable: true,
    });
  }

  /** One after another, in the order they came: of two approvers who disagree the first counts. */
  private consider(sent: unknown, decision: 'approve' | 'reject'): Promise<DecisionVerdict> {
    if (!this.inOrder) return this.judge(sent, decision);
    const judged = this.lastJudged.then(() => this.judge(sent, decision));
    this.lastJudged = judged.catch(() => undefined);
    return judged;
  }

  private async judge(sent: unknown, decision: 'approve' | 'reject'): Promise<DecisionVerdict> {
    const message = readApprovalMessage(sent);
    const verdict = await CancellationScope.nonCancellable(() =>
      this.run.activities.lasting.judgeDecision({
        ...message,
        decision,
        runId: this.run.runId,
        decisionId: message.decisionId ?? uuid4(),
      }),
    );
    if (verdict.counted && (verdict.state === 'approved' || verdict.state === 'rejected')) {
      this.state = verdict.state;
      const comment = message.comment === '' ? '' : `: ${message.comment}`;
      this.reason = `${verdict.state} by ${verdict.approver}${comment}`;
    }
    return verdict;
  }
}
