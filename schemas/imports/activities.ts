import type { CheckResult, RunRef } from '../runs/run-ref';

/** A package that has been received, in references. */
export interface ReceivedPackage {
  readonly bytes: number;
  /** Of the whole file, hex. */
  readonly sha256: string;
}

/** What a package holds as rows, in references and counts. */
export interface PackageIndexRef {
  readonly indexId: number;
  readonly shardCount: number;
  readonly objectCount: number;
  readonly byteCount: number;
  /** The same file was indexed before: there is nothing left to read. */
  readonly complete: boolean;
}

/** How many objects of a plan are what (REL-31). */
export interface PlanCounts {
  readonly new: number;
  readonly changed: number;
  readonly deleted: number;
  readonly same: number;
  readonly onlyOnTargetChanged: number;
  readonly conflict: number;
  readonly missingReferences: number;
  /** The same on both sides, but no import noted it yet: applying notes it, for the next three-way. */
  readonly rebased: number;
  /** Of an undo: how many assets get their earlier online version back. */
  readonly onlineRestored: number;
  /** How many assets applying it gives a new version; with `rebased` 0 too there is nothing to apply. */
  readonly writes: number;
}

/** A plan in references and counts (REL-32). */
export interface ImportPlanRef {
  /** SHA-256 in hex over package, mapping, policies and target versions. */
  readonly digest: string;
  readonly counts: PlanCounts;
  /** Shards of the package with content that the target lacks. */
  readonly stageShards: readonly number[];
  readonly stageObjectCount: number;
  readonly stageByteCount: number;
}

/** Light activities of imports and undos, on the control queue. */
export interface ImportControlActivities {
  /** The right to import, now (REL-5, RUN-21). */
  checkImportPermission(ref: RunRef): Promise<CheckResult>;
  /** Plans against the target as it is and records the plan; planning again replaces the plan of this run. */
  planImport(ref: RunRef): Promise<ImportPlanRef & CheckResult>;
  /** Plans the undo of an import from its before-images (REL-41). */
  planUndo(ref: RunRef): Promise<ImportPlanRef & CheckResult>;
  /** Applies the plan in one transaction; findings name what moved since it was made (REL-32, REL-33). */
  applyImport(
    ref: RunRef & { readonly planDigest: string },
  ): Promise<{ readonly written: number; readonly deleted: number } & CheckResult>;
  /** Lists what is to be published (REL-35) and closes the import's record. */
  registerImport(ref: RunRef): Promise<{ readonly toPublish: number }>;
}

/** Streaming activities of imports, on the bulk queue. */
export interface ImportBulkActivities {
  /** Takes the package over from where it was put, under a key of this import (REL-28). */
  receivePackage(ref: RunRef): Promise<ReceivedPackage & CheckResult>;
  /** Archive, manifest, seal, versions, signature, chain: every finding at once (REL-29). */
  openPackageIndex(ref: RunRef & ReceivedPackage): Promise<PackageIndexRef & CheckResult>;
  /** Verifies one entry of the package and writes down what it holds. */
  indexShard(
    ref: RunRef & { readonly indexId: number; readonly shard: number },
  ): Promise<{ readonly objects: number; readonly bytes: number }>;
  /** What only all shards together show: doubles, counts; with the findings of every shard. */
  closePackageIndex(ref: RunRef & { readonly indexId: number }): Promise<CheckResult>;
  /** Stores the contents of one shard that the plan needs and the catalog lacks. */
  stageShard(
    ref: RunRef & { readonly shard: number },
  ): Promise<{ readonly objects: number; readonly bytes: number }>;
  /** Takes back what staging added and nothing uses; removes the received package. */
  removeStagedImport(ref: RunRef): Promise<void>;
}
