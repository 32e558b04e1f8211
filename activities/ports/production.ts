/** An object that goes online or offline; `project` is '' for what belongs to the tenant. */
export interface ProductionObject {
  readonly type: string;
  readonly project: string;
  readonly code: string;
  readonly change: 'put online' | 'take offline';
  /** The version of Gantry’s catalog. */
  readonly version: number;
  /** The canonical document without secrets; null for what is taken offline. */
  readonly document: string | null;
}

/** Objects of one tenant that need each other: all of them or none. */
export interface ProductionChange {
  readonly tenant: { readonly id: number; readonly code: string };
  readonly runId: string;
  readonly objects: readonly ProductionObject[];
}

/**
 * What runs published objects, where that is another system than Gantry’s catalog, which records what
 * is online in any case (`online_assets`). Called before that record is written, in the order of what
 * needs what.
 */
export interface Production {
  /**
   * Brings objects that go together into their state, all or none. Idempotent: a worker that dies
   * before the record is written calls again with the same versions. Throws `ProductionRefused` where
   * production says no, which fails these objects alone; any other error is taken for a passing one.
   */
  apply(change: ProductionChange): Promise<void>;
}
