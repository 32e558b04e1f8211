/** Names and payloads of signals, updates and queries (RUN-3, RUN-9). */
export const messageNames = {
  approve: 'approve',
  reject: 'reject',
  decide: 'decide',
  retry: 'retry',
  abort: 'abort',
  resolveStep: 'resolveStep',
  pause: 'pause',
  resume: 'resume',
  view: 'view',
} as const;

/** What an approver sends with `approve` or `reject`. */
export interface ApprovalMessage {
  readonly requestId: string;
  readonly approver: string;
  readonly comment?: string;
  /** The record a token-bearing client left of the decision; without it the name is only claimed. */
  readonly decisionId?: string;
  /** The one-time code, where the policy asks for one: it is used up by this message. */
  readonly code?: string;
}

/** What an approver sends with the update `decide`. */
export interface DecideMessage extends ApprovalMessage {
  readonly decision: 'approve' | 'reject';
}

/** What became of a decision. */
export interface DecisionVerdict {
  readonly counted: boolean;
  /** Whose decision it is: of the record where there is one, else as the message claims. */
  readonly approver: string;
  /** `counted`, or why it does not count: `not a right`, `self-approval`, `double`, `late`, `foreign request`, `reason missing`, `code missing`, `code wrong`, `code locked`. */
  readonly reason: string;
  /** The state of the request afterwards. */
  readonly state: 'pending' | 'approved' | 'rejected' | 'expired' | 'cancelled' | 'unknown';
}

/** What an operator can ask of a run: three about a parked step, two about the run as a whole. */
export type OperatorAction = 'retry' | 'skip' | 'abort' | 'pause' | 'resume';

/** What an operator asks; the argument of the signals may be the bare name instead. */
export interface OperatorMessage {
  /** Who asks, as they say; the right of that name is checked. */
  readonly by?: string;
  readonly note?: string;
  /** The record a token-bearing client left of what it asks; without it the name is only claimed. */
  readonly decisionId?: string;
}

/** The update `resolveStep`: a decision about the parked step that is answered. */
export interface StepDecision extends OperatorMessage {
  readonly action: 'retry' | 'skip' | 'abort';
}

/** Search attributes of every run; names and counts only, never secrets. */
export const searchAttributeNames = {
  pipeline: 'GantryPipeline',
  status: 'GantryStatus',
  step: 'GantryStep',
  tenant: 'GantryTenant',
  release: 'GantryRelease',
} as const;
