/** What lies in the object store and is swept. */
export type SweptObjects = 'packages' | 'staged objects' | 'received packages';

/** What lies in the database and is swept. */
export type SweptRecords = 'runs' | 'before-images' | 'webhook messages' | 'notices' | 'codes';

/** How many of each kind a sweep removed, and which kinds failed with which code (RUN-26). */
export interface SweepResult {
  readonly swept: Readonly<Partial<Record<SweptObjects | SweptRecords, number>>>;
  readonly failed: Readonly<Partial<Record<SweptObjects | SweptRecords, string>>>;
}

/** Light activities of upkeep, on the control queue. */
export interface UpkeepControlActivities {
  sweepRecords(what: {
    readonly kind: SweptRecords;
    /** Days that closed runs and what belongs to them are kept. */
    readonly runRetentionDays: number;
  }): Promise<{ readonly count: number }>;
  /** Puts the result into the audit log of the installation. */
  auditSweep(result: SweepResult): Promise<void>;
}

/** Streaming activities of upkeep, on the bulk queue. */
export interface UpkeepBulkActivities {
  sweepObjects(what: { readonly kind: SweptObjects }): Promise<{ readonly count: number }>;
}
