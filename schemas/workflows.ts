import type { TaskQueues } from './queues';
import type { Finding } from './runs/finding';
import type { FindingOverride } from './runs/override';
import type { StepView } from './runs/step-view';

/** The names workflows are started by. */
export const workflowNames = {
  exportRelease: 'exportRelease',
  expirePackage: 'expirePackage',
  sweepRetention: 'sweepRetention',
  importPackage: 'importPackage',
  undoImport: 'undoImport',
  publishObjects: 'publishObjects',
  testSource: 'testSource',
} as const;

/** The steps of an export run, in their order (RUN-1). */
export const exportSteps = [
  'check settings',
  'check permission',
  'check maintenance mode',
  'freeze scope',
  'wait for approval',
  'collect',
  'package',
  'upload',
  'verify',
  'register',
  'retention',
] as const;

/** The steps of an import run, in their order (REL-29 … REL-35); a check ends after `verify`, a plan after `plan`. */
export const importSteps = [
  'check permission',
  'check maintenance mode',
  'receive',
  'verify',
  'plan',
  'wait for approval',
  'stage',
  'apply',
  'register',
] as const;

/** The steps of the undo of an import (REL-41). */
export const undoSteps = [
  'check permission',
  'check maintenance mode',
  'plan',
  'wait for approval',
  'apply',
  'register',
] as const;

/** The steps of a publish run, in their order (REL-36 … REL-40). */
export const publishSteps = [
  'check permission',
  'check maintenance mode',
  'order',
  'wait for approval',
  'publish',
  'report',
] as const;

/** How a run retries, how long it waits for people, and how many shards it has in flight; durations in ms. */
export interface RunLimits {
  readonly maxAttempts: number;
  readonly initialIntervalMs: number;
  readonly maxIntervalMs: number;
  /** How long a parked run waits before it aborts (RUN-3). */
  readonly parkDeadlineMs: number;
  /** Shards in flight at once. */
  readonly shardWindow: number;
  /** An activity that has not been heard of for so long is run again. */
  readonly heartbeatTimeoutMs: number;
}

/** What every run is started with: references only; the request itself is a row that activities read. */
export interface RunInput {
  readonly queues: TaskQueues;
  readonly limits: RunLimits;
  readonly tenant: string;
  /** Set where a closed run is started again: earlier steps have their recorded results (RUN-4). */
  readonly rerun?: {
    /** The first step that is done anew. */
    readonly from: string;
    /** How often the run was begun, this time included. */
    readonly execution: number;
  };
  /** Findings that who asked for the run lets pass, each with a reason (RUN-24). */
  readonly overrides?: readonly FindingOverride[];
}

/**
 * True for steps that are done anew in every execution of a run, whatever was recorded: checks, and
 * the wait for approval, which knows itself whether an earlier one counts (RUN-4).
 */
export function alwaysDone(step: string): boolean {
  return step.startsWith('check ') || step === 'wait for approval';
}

/** What a closed run leaves for being started again (RUN-4): references only. */
export interface RecordedRun {
  /** The name of its workflow. */
  readonly workflow: string;
  readonly input: RunInput;
  /** What each step gave that was done and not undone. */
  readonly results: Readonly<Record<string, unknown>>;
}

/** Input of `exportRelease`; its workflow id is the run id. */
export interface ExportReleaseInput extends RunInput {
  readonly releaseId: string;
}

/** Input of `importPackage`; its workflow id is the run id. */
export interface ImportPackageInput extends RunInput {
  readonly importId: string;
  /** The last step that is done: a check and a plan write nothing. */
  readonly until: 'verify' | 'plan' | 'register';
}

/** Input of `undoImport`; `importId` is the import of kind `undo`. */
export interface UndoImportInput extends RunInput {
  readonly importId: string;
}

/** Input of `publishObjects`; its workflow id is the run id. */
export interface PublishObjectsInput extends RunInput {
  readonly publishingId: string;
}

/** Input of `testSource`. */
export interface TestSourceInput extends RunInput {
  readonly assetId: number;
}

/** Input of `expirePackage`. */
export interface ExpirePackageInput extends RunInput {
  readonly packageId: string;
  /** RFC 3339. */
  readonly expiresAt: string;
}

/** Input of `sweepRetention`; the tenant is none. */
export interface SweepRetentionInput extends RunInput {
  /** Days that records of closed runs are kept. */
  readonly runRetentionDays: number;
}

/** How a run ended (RUN-6): business outcomes are results, not failures. */
export type RunOutcome =
  'succeeded' | 'check failed' | 'rejected' | 'expired' | 'aborted' | 'cancelled';

/** The result of a run. */
export interface RunReport {
  readonly outcome: RunOutcome;
  /** Why, in one sentence, where it did not succeed. */
  readonly reason?: string;
  readonly findings: readonly Finding[];
  /** Ids and counts of what was made, such as `packageId`. */
  readonly result: Readonly<Record<string, string | number>>;
  readonly steps: readonly StepView[];
  /** What could not be undone, where something was to be undone. */
  readonly undoFailures: readonly string[];
}
