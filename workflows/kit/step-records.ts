import { alwaysDone } from '../../schemas/workflows';
import type { UndoMark, UndoStack } from './undo-stack';

/**
 * What the steps of a run gave, so that it can be started again from one of them (RUN-4). What an
 * unwinding takes back is forgotten: an undo is registered before the step it undoes, so every step
 * that ended after a registration counts as undone by it.
 */
export class StepRecords {
  private readonly results = new Map<
    string,
    { readonly value: unknown; readonly mark: UndoMark }
  >();
  private readonly undo: UndoStack;

  constructor(undo: UndoStack) {
    this.undo = undo;
  }

  add(step: string, value: unknown): void {
    if (!alwaysDone(step)) this.results.set(step, { value, mark: this.undo.mark });
  }

  forget(step: string): void {
    this.results.delete(step);
  }

  /** The results that hold when the run ends; ask before the unwinding. */
  kept(unwinds: boolean): Record<string, unknown> {
    const kept = [...this.results].filter(([, { mark }]) => !unwinds || !this.undo.takesBack(mark));
    // A step that gave nothing is recorded all the same, which undefined would not be.
    return Object.fromEntries(kept.map(([step, { value }]) => [step, value ?? null]));
  }
}
