/** The state of one step, as query, SDK, CLI and Temporal UI show it (RUN-1). */
export type StepState = 'pending' | 'running' | 'parked' | 'done' | 'skipped' | 'failed';

/** How far a step is. */
export interface StepProgress {
  readonly done: number;
  readonly total: number;
  /** What is counted, such as `objects`. */
  readonly unit: string;
  readonly bytesDone: number;
  readonly bytesTotal: number;
  /** Units a second since the step began. */
  readonly perSecond: number;
  /** Seconds left at this rate; null while it cannot be told. */
  readonly remainingSeconds: number | null;
}

/** One step of a run; times are RFC 3339. */
export interface StepView {
  readonly name: string;
  readonly state: StepState;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  /** How often its work was begun: the engine’s own retries and those a person asked for. */
  readonly attempts: number;
  readonly progress: StepProgress | null;
  /** The last error, also of an attempt that was retried. */
  readonly lastError: { readonly code: string; readonly message: string } | null;
  /** What there is to say besides, such as `no approval needed`. */
  readonly note: string | null;
}

/** What a run is doing. */
export type RunStatus = 'running' | 'waiting for approval' | 'parked' | 'paused' | 'ended';

/** The live state of a run. */
export interface RunView {
  readonly status: RunStatus;
  readonly steps: readonly StepView[];
  /** Who must act and how, while the run waits for a person. */
  readonly waitingFor: string | null;
  /** The open approval request, while there is one. */
  readonly approvalRequestId: string | null;
}
