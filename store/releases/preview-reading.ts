import type { Knex } from 'knex';
import type { ReleaseScope } from '../../schemas/releases/scope';
import { guardedRead } from '../audit/audited';
import type { Database } from '../database/connect';
import type { Caller } from '../people/authenticate';
import { findTenant, type TenantRow } from '../tenants/find-tenant';
import { findRelease, type ReleaseRow } from './find-release';
import { findFrozenScope } from './frozen-scopes';
import { resolveScope } from './resolve-scope';
import { scopeCondition } from './scope-condition';
import type { SqlCondition } from './scope-query';
import type { FrozenScope } from '../../schemas/releases/frozen-scope';
import type { ReleaseKey } from './update-draft';

/** What a preview is made from; only valid in its transaction. */
export interface Previewing {
  readonly trx: Knex.Transaction;
  readonly tenant: TenantRow;
  readonly release: ReleaseRow;
  readonly scope: ReleaseScope;
  readonly condition: SqlCondition;
  /** What the last run froze, while that is what the release stands for; else the catalog is asked. */
  readonly frozen: FrozenScope | undefined;
}

const frozenStates = new Set(['waiting for approval', 'exporting', 'exported', 'expired']);

/**
 * Runs one reading of a preview in a snapshot of its own, after checking the caller's right. Throws
 * `PermissionDenied`, `ReleaseNotFound`, `DraftInvalid`, `ObjectsNotFound`.
 */
export async function readPreview<T>(
  database: Database,
  caller: Caller,
  asked: { readonly key: ReleaseKey; readonly read: (previewing: Previewing) => Promise<T> },
): Promise<T> {
  const { key, read } = asked;
  const tenant = await findTenant(database, key.tenant);
  const attempt = {
    caller,
    tenantId: tenant.id,
    action: 'release.preview',
    object: `release/${key.release}`,
  } as const;
  return guardedRead(database, attempt, () =>
    database.transaction(
      async (trx) => {
        await trx.raw(`set local work_mem = '64MB'; set local jit = off`);
        const release = await findRelease(trx, { tenantId: tenant.id, id: key.release });
        const frozen = await findLastFrozen(trx, release);
        const scope = frozen?.details.scope ?? resolveScope(release.scope, tenant.features);
        const place = { id: tenant.id, timeZone: tenant.time_zone };
        const condition =
          frozen === undefined
            ? await scopeCondition(trx, place, scope)
            : { sql: 'false', values: {} };
        return read({ trx, tenant, release, scope, condition, frozen });
      },
      { isolationLevel: 'repeatable read' },
    ),
  );
}

async function findLastFrozen(
  trx: Knex.Transaction,
  release: ReleaseRow,
): Promise<FrozenScope | undefined> {
  if (!frozenStates.has(release.state)) return undefined;
  const last = await trx('frozen_scopes')
    .where({ release_id: release.id })
    .orderBy('frozen_at', 'desc')
    .first<{ run_id: string } | undefined>('run_id');
  return last === undefined ? undefined : findFrozenScope(trx, last.run_id);
}
