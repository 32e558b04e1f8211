import type { ApprovalMessage, DecisionVerdict, OperatorAction, OperatorMessage } from './messages';
import type { DetectionBulkActivities, DetectionControlActivities } from './detection/activities';
import type { ImportBulkActivities, ImportControlActivities } from './imports/activities';
import type { PublishBulkActivities, PublishControlActivities } from './publishing/activities';
import type { Finding, FindingObject } from './runs/finding';
import type { CheckResult, RunRef } from './runs/run-ref';
import type { StepView } from './runs/step-view';
import type { UpkeepBulkActivities, UpkeepControlActivities } from './upkeep/activities';
import type { RecordedRun, RunOutcome } from './workflows';

/** What an activity returns on the wire: its value and at which attempt it succeeded. */
export interface ActivityEnvelope<T> {
  readonly attempt: number;
  readonly value: T;
}

/** A frozen scope in references and counts (REL-18). */
export interface FrozenScopeRef {
  /** SHA-256 in hex. */
  readonly digest: string;
  readonly packageId: string;
  readonly objectCount: number;
  readonly byteCount: number;
  readonly shardCount: number;
  /** Which shards are collected together; scopes that were frozen by an older worker have none. */
  readonly portions?: readonly ShardPortion[];
}

/** Shards with numbers from `first` to `last`. */
export interface ShardPortion {
  readonly first: number;
  readonly last: number;
}

/** An approval request as the workflow needs it. */
export interface OpenedApproval {
  readonly needed: boolean;
  readonly requestId: string;
  /** Milliseconds until the deadline; null without one. */
  readonly deadlineMs: number | null;
  readonly remindEveryMs: number | null;
  /** Why none is needed, where there is something to say. */
  readonly note?: string;
}

/** A staged or stored object. */
export interface StoredObjectRef {
  readonly key: string;
  readonly bytes: number;
  /** Of the whole object, hex. */
  readonly sha256: string;
}

/** A decision about a parked step, judged by the right of who made it. */
export interface OperatorVerdict {
  readonly allowed: boolean;
  readonly reason: string;
  /** Who asks: of the record where there is one, else as the message claims. */
  readonly by: string;
}

/** Light activities, on the control queue. */
export interface ControlActivities
  extends
    ImportControlActivities,
    DetectionControlActivities,
    PublishControlActivities,
    UpkeepControlActivities {
  checkReleaseSettings(ref: RunRef): Promise<CheckResult>;
  checkReleasePermission(ref: RunRef): Promise<CheckResult>;
  holdMaintenanceMode(ref: RunRef): Promise<CheckResult>;
  freezeScope(ref: RunRef): Promise<FrozenScopeRef & CheckResult>;
  openApproval(ref: RunRef & { readonly subjectDigest: string }): Promise<OpenedApproval>;
  judgeDecision(
    decision: RunRef &
      ApprovalMessage & { readonly decision: 'approve' | 'reject'; readonly decisionId: string },
  ): Promise<DecisionVerdict>;
  remindApprovers(
    ref: RunRef & { readonly requestId: string; readonly reminder: number },
  ): Promise<void>;
  settleOverdueApproval(
    ref: RunRef & { readonly requestId: string },
  ): Promise<{ readonly state: DecisionVerdict['state'] }>;
  judgeOperator(
    ref: RunRef & OperatorMessage & { readonly action: OperatorAction; readonly step: string },
  ): Promise<OperatorVerdict>;
  announcePark(
    ref: RunRef & { readonly step: string; readonly error: string; readonly round: number },
  ): Promise<void>;
  registerPackage(
    ref: RunRef & StoredObjectRef,
  ): Promise<{ readonly packageId: string; readonly expiresAt: string }>;
  finishRun(
    ref: RunRef & {
      readonly outcome: RunOutcome;
      readonly reason: string | null;
      readonly findings: readonly Finding[];
      readonly result: Readonly<Record<string, string | number>>;
      readonly steps: readonly StepView[];
      readonly undoFailures: readonly string[];
      /** What is kept for being started again; runs of old have none. */
      readonly recorded?: RecordedRun & {
        /** Steps whose results of an earlier execution still hold. */
        readonly carried: readonly string[];
      };
    },
  ): Promise<void>;
  /** Audits findings that were overridden, summed up by code and reason (RUN-24). */
  auditOverrides(
    ref: RunRef & {
      readonly step: string;
      readonly overrides: readonly {
        readonly code: string;
        readonly reason: string;
        readonly count: number;
        /** The first twenty. */
        readonly objects: readonly FindingObject[];
      }[];
    },
  ): Promise<void>;
  /** What a step gave in an earlier execution of the run (RUN-4). */
  readRecordedResult(ref: RunRef & { readonly step: string }): Promise<unknown>;
  markPackageExpired(ref: { readonly packageId: string }): Promise<void>;
}

/** Streaming activities, on the bulk queue. */
export interface BulkActivities
  extends
    DetectionBulkActivities,
    ImportBulkActivities,
    PublishBulkActivities,
    UpkeepBulkActivities {
  collectShards(
    ref: RunRef & ShardPortion,
  ): Promise<{ readonly objects: number; readonly bytes: number }>;
  /** One shard: for runs whose scope has no portions. */
  collectShard(
    ref: RunRef & { readonly shard: number },
  ): Promise<{ readonly objects: number; readonly bytes: number }>;
  joinPackage(ref: RunRef): Promise<StoredObjectRef>;
  promotePackage(ref: RunRef & StoredObjectRef): Promise<StoredObjectRef>;
  verifyPackage(ref: RunRef & StoredObjectRef): Promise<CheckResult>;
  removeStagedObjects(ref: RunRef): Promise<void>;
  removePackageObject(ref: RunRef): Promise<void>;
  deletePackageObject(ref: { readonly packageId: string }): Promise<void>;
}
