import { CancellationScope } from '@temporalio/workflow';
import { rootCause } from './root-cause';

interface Undo {
  readonly label: string;
  readonly body: () => Promise<void>;
}

/** How an undo stack stood at some moment. */
export interface UndoMark {
  readonly keeps: number;
  readonly size: number;
}

/** What has to be taken back when a run does not succeed; register an undo before the step it undoes (decision 7). */
export class UndoStack {
  private readonly undos: Undo[] = [];
  private keeps = 0;

  /** Where it stands, to tell later whether what was done until now can still be taken back. */
  get mark(): UndoMark {
    return { keeps: this.keeps, size: this.undos.length };
  }

  /** True where an unwinding now would take back what had been done at the mark. */
  takesBack(mark: UndoMark): boolean {
    return mark.size > 0 && mark.keeps === this.keeps;
  }

  add(label: string, body: () => Promise<void>): void {
    this.undos.push({ label, body });
  }

  /** Forgets every undo: what was done is known to others now and stays. */
  keep(): void {
    this.undos.length = 0;
    this.keeps += 1;
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
