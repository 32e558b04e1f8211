import type { Knex } from 'knex';
import { PipelineError } from '../../schemas/pipeline-error';
import { modeAllows, type ModeOperation } from '../../schemas/tenants/mode-rules';
import { rolesOf } from '../people/authorize';
import type { TenantRow } from './find-tenant';

/**
 * Lets an operation pass where the tenant's mode allows it (REL-42), else throws `ModeWrong`. The
 * mode cannot change before the transaction ends, so ask in the transaction that does the work.
 */
export async function demandMode(
  trx: Knex.Transaction,
  demand: {
    readonly tenantId: number;
    readonly operation: ModeOperation;
    /** Whose release role counts for production changes. */
    readonly personId?: number;
  },
): Promise<void> {
  const row = await trx('tenants')
    .where({ id: demand.tenantId })
    .forShare()
    .first<Pick<TenantRow, 'mode'> | undefined>('mode');
  if (row === undefined) throw new PipelineError('TenantNotFound', { tenant: demand.tenantId });
  const roles =
    demand.personId === undefined ? [] : await rolesOf(trx, demand.personId, demand.tenantId);
  const isReleaseUser = roles.includes('cross-tenant-release-user');
  if (modeAllows(demand.operation, row.mode, { isReleaseUser })) return;
  throw new PipelineError('ModeWrong', { operation: demand.operation, mode: row.mode });
}
