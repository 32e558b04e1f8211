import type { Knex } from 'knex';
import type { ApprovalPolicy } from '../../schemas/runs/approval-policy';
import type { Action } from '../../schemas/tenants/rights';
import type { RunOutcome } from '../../schemas/workflows';
import type { ReleaseSettingsRow } from '../tenants/find-settings';
import type { RunWithContext } from './find-run';

/** What happens to a run that what it is about has to know. */
export type SubjectEvent = 'await approval' | 'approve' | RunOutcome;

/** What approvers are shown (RUN-10): names, counts, warnings, no content. */
export interface SubjectSummary extends Readonly<Record<string, unknown>> {
  readonly name: string;
}

/** What one kind of run does its own way; everything else about runs is the same for all. */
export interface Pipeline {
  /** Such as `release.export`, as records and search attributes name it. */
  readonly name: string;
  /** What it does, for people: `export` of something. */
  readonly noun: string;
  /** Which policy decides whether it waits for approval; null where none is set (RUN-9). */
  readonly approvalPolicy: (settings: ReleaseSettingsRow | undefined) => ApprovalPolicy | null;
  /** What an approver is asked to approve. */
  readonly summarise: (trx: Knex.Transaction, run: RunWithContext) => Promise<SubjectSummary>;
  /** Moves what the run is about; an event that does not fit its state changes nothing. */
  readonly onEvent: (
    trx: Knex.Transaction,
    run: RunWithContext,
    event: SubjectEvent,
  ) => Promise<void>;
  /**
   * Moves what the run is about when the closed run is started again, and forgets what the steps to
   * be redone had written (RUN-4). Gives null, or why it cannot be; without it none can.
   */
  readonly reopen?: (
    trx: Knex.Transaction,
    run: RunWithContext,
    redone: readonly string[],
  ) => Promise<Readonly<Record<string, string>> | null>;
  /** The right that starting one needs, and starting it again. */
  readonly startedBy?: Action;
}
