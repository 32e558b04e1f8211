import type { Finding } from './finding';

/** What every activity of a run gets: its run. Who asked for what stands in the run's record. */
export interface RunRef {
  readonly runId: string;
}

/** The verdict of a check: no finding of severity `error` means passed. */
export interface CheckResult {
  readonly findings: readonly Finding[];
}
