import { CancellationScope, condition, defineSignal, setHandler } from '@temporalio/workflow';
import { messageNames, type OperatorMessage } from '../../schemas/messages';
import type { RunActivities } from './activity-proxies';
import { readOperatorMessage } from './read-message';

const pause = defineSignal<[(OperatorMessage | string)?]>(messageNames.pause);
const resume = defineSignal<[(OperatorMessage | string)?]>(messageNames.resume);

/** Holds a whole run between two steps (RUN-5): signals `pause` and `resume`. */
export class Pausing {
  private pausedBy: string | undefined;
  private readonly runId: string;
  private readonly activities: RunActivities;

  constructor(runId: string, activities: RunActivities) {
    this.runId = runId;
    this.activities = activities;
    setHandler(pause, (message) => this.consider('pause', message), {
      description: 'Hold the run before its next step. Input: your name, as "olga".',
    });
    setHandler(resume, (message) => this.consider('resume', message), {
      description: 'Let a paused run go on. Input: your name, as "olga".',
    });
  }

  get by(): string | undefined {
    return this.pausedBy;
  }

  async waitWhilePaused(): Promise<void> {
    await condition(() => this.pausedBy === undefined);
  }

  private async consider(
    action: 'pause' | 'resume',
    message: OperatorMessage | string | undefined,
  ): Promise<void> {
    const sent = readOperatorMessage(message);
    const judged = await CancellationScope.nonCancellable(() =>
      this.activities.lasting.judgeOperator({ ...sent, runId: this.runId, action, step: '' }),
    );
    if (judged.allowed) this.pausedBy = action === 'pause' ? judged.by : undefined;
  }
}
