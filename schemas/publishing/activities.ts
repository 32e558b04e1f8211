import type { CheckResult, RunRef } from '../runs/run-ref';

/** How many objects of a run came to what (REL-39, REL-40). */
export interface PublishCounts {
  readonly objects: number;
  readonly succeeded: number;
  readonly succeededWithRisks: number;
  readonly failed: number;
  /** Of those that failed: how many only because something that they need failed. */
  readonly blocked: number;
}

/** What is published in which order, in references and counts (REL-37). */
export interface PublishOrderRef {
  /** SHA-256 in hex over the chosen objects with their versions. */
  readonly digest: string;
  readonly objectCount: number;
  readonly byteCount: number;
  /** How many shards each stage has; those of a stage are independent, stages follow one another. */
  readonly stages: readonly number[];
  /** Chosen, but not publishable as things stand: left out. */
  readonly notPublishable: number;
}

/** Whether a source can be reached with what was entered for it (REL-45). */
export interface SourceTest {
  /** False where the settings name no address that could be tried. */
  readonly tried: boolean;
  readonly reached: boolean;
  /** Why not, without any secret; null where it was reached. */
  readonly reason: string | null;
}

/** Light activities of publishing, on the control queue. */
export interface PublishControlActivities {
  /** The right to publish, now (REL-5, REL-38, RUN-21). */
  checkPublishPermission(ref: RunRef): Promise<CheckResult>;
  /** Counts what became of the run's objects; findings name those that failed by themselves. */
  reportPublishing(ref: RunRef): Promise<{ readonly counts: PublishCounts } & CheckResult>;
}

/** Longer activities of publishing, on the bulk queue. */
export interface PublishBulkActivities {
  /** Chooses what is published, pins the versions and orders them (REL-37). */
  orderPublishing(ref: RunRef): Promise<PublishOrderRef & CheckResult>;
  /** Checks, grants and puts online what a shard holds, each object by itself (REL-38 … REL-40). */
  publishShard(
    ref: RunRef & { readonly shard: number },
  ): Promise<{ readonly objects: number; readonly bytes: number }>;
  /** Tries what was entered for a source, and notes how it went (REL-45). */
  testSource(ref: { readonly assetId: number }): Promise<SourceTest>;
}
