import { CancellationScope } from '@temporalio/workflow';
import { rootCause } from './root-cause';

interface Undo {
  readonly label: string;
  readonly body: () => Promise<void>;
}

/** What has to be taken back when a run does not succeed; register an undo before the step it undoes (decision 7). */
export class UndoStack {
  private readonly undos: Undo[] = [];

  add(label: string, body: () => Promise<void>): void {
    this.undos.push({ label, body });
  }

  /** Forgets every undo: what was done is known to others now and stays. */
  keep(): void {
    this.undos.length = 0;
  }

  /** Takes everything back, last first, also in a cancelled run; gives what could not be undone. */
  async unwind(): Promise<string[]> {
    const failures: string[] = [];
    await CancellationScope.nonCancellable(async () => {
      for (let undo = this.undos.pop(); undo !== undefined; undo = this.undos.pop()) {
        try {
          await undo.body();
        } catch (error) {
          failures.push(`${undo.label}: ${rootCause(error).message}`);
        }
      }
    });
    return failures;
  }
}
