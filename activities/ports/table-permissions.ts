/** A whole table of the catalog; `project` is '' for what belongs to the tenant. */
export interface TableRef {
  readonly type: string;
  readonly project: string;
  readonly code: string;
}

/** An account of production, and the tables that are meant. */
export interface TableAccess {
  readonly tenant: { readonly id: number; readonly code: string };
  /** The production account of a project. */
  readonly account: string;
  readonly tables: readonly TableRef[];
}

/**
 * Knows which account of production may read which whole table, and grants it (REL-38). Without a
 * platform of its own an installation keeps these permissions in Gantry’s database.
 */
export interface TablePermissions {
  /** Of these tables, those that the account may not read; only read, in any order. */
  findMissing(access: TableAccess): Promise<readonly TableRef[]>;
  /**
   * Lets the account read these tables. Idempotent; not atomic: what was granted stays, also where
   * publishing fails later. Throws `TablePermissionRefused` where the platform says no.
   */
  grant(access: TableAccess & { readonly runId: string }): Promise<void>;
}
