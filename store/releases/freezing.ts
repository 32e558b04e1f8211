import type { Knex } from 'knex';
import type { ReleaseScope } from '../../schemas/releases/scope';
import type { TenantRow } from '../tenants/find-tenant';
import type { BasePackage } from './find-base';
import type { ReleaseRow } from './find-release';
import type { SqlCondition } from './scope-query';

/** What every part of freezing works with; only valid in its transaction. */
export interface Freezing {
  readonly trx: Knex.Transaction;
  readonly runId: string;
  readonly tenant: TenantRow;
  readonly release: ReleaseRow;
  readonly scope: ReleaseScope;
  readonly condition: SqlCondition;
  /** What the scope continues; undefined where it stands for itself (REL-16). */
  readonly base: BasePackage | undefined;
}
