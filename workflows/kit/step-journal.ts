import type { StepProgress, StepState, StepView } from '../../schemas/runs/step-view';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** The steps of a run and what has become of each; the query, the UI and the record all show this. */
export class StepJournal {
  private readonly steps: Mutable<StepView>[];

  constructor(names: readonly string[]) {
    this.steps = names.map((name) => ({
      name,
      state: 'pending',
      startedAt: null,
      endedAt: null,
      attempts: 0,
      progress: null,
      lastError: null,
      note: null,
    }));
  }

  get views(): readonly StepView[] {
    return this.steps;
  }

  begin(name: string): void {
    const step = this.find(name);
    // A step that is parked goes on; one that is done is being done anew.
    step.startedAt = step.state === 'parked' ? step.startedAt : now();
    step.state = 'running';
    step.endedAt = null;
  }

  end(name: string, state: Extract<StepState, 'done' | 'skipped' | 'failed'>, note?: string): void {
    const step = this.find(name);
    step.state = state;
    step.endedAt = now();
    if (note !== undefined) step.note = note;
  }

  /** The run is over: what was under way, or waited for somebody, has not been done. */
  close(): void {
    for (const { name, state } of this.steps) {
      if (state === 'running' || state === 'parked') this.end(name, 'failed');
    }
  }

  park(name: string, error: { readonly code: string; readonly message: string }): void {
    const step = this.find(name);
    step.state = 'parked';
    step.lastError = error;
  }

  note(name: string, text: string): void {
    this.find(name).note = text;
  }

  addAttempts(name: string, attempts: number): void {
    const step = this.find(name);
    step.attempts = Math.max(step.attempts, attempts);
  }

  /** Sets how far a step is; rate and time left follow from when it began. */
  progress(name: string, reached: Omit<StepProgress, 'perSecond' | 'remainingSeconds'>): void {
    const step = this.find(name);
    const seconds = (Date.now() - Date.parse(step.startedAt ?? now())) / 1000;
    const perSecond = seconds > 0 ? Math.round(reached.done / seconds) : 0;
    const remainingSeconds =
      perSecond > 0 ? Math.ceil((reached.total - reached.done) / perSecond) : null;
    step.progress = { ...reached, perSecond, remainingSeconds };
  }

  private find(name: string): Mutable<StepView> {
    const step = this.steps.find((candidate) => candidate.name === name);
    if (step === undefined) throw new Error(`no step is called ${name}`);
    return step;
  }
}

function now(): string {
  return new Date().toISOString();
}
