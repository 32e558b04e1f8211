import type { Knex } from 'knex';
import { PipelineError } from '../../schemas/pipeline-error';
import type { TenantRow } from './find-tenant';

/** What a run asks to be kept. */
export interface ModeHold {
  readonly tenantId: number;
  readonly runId: string;
  readonly mode: 'cross-tenant-publishing';
}

/**
 * Lets a run keep the tenant in its mode until `releaseMode` (REL-3): while `held` is true nobody
 * can end it. In any other mode nothing is held, and `mode` says which one it is. Holding twice is
 * holding once. Throws `RunNotFound`, and `RunClosed` for a run that has ended.
 */
export async function holdMode(
  trx: Knex.Transaction,
  hold: ModeHold,
): Promise<{ readonly held: boolean; readonly mode: TenantRow['mode'] }> {
  // Ending a mode locks this row FOR NO KEY UPDATE: it happens before this transaction or after it.
  const tenant = await trx<TenantRow>('tenants').where({ id: hold.tenantId }).forShare().first();
  if (tenant === undefined) throw new PipelineError('TenantNotFound', { tenant: hold.tenantId });
  const run = await trx('runs')
    .where({ id: hold.runId, tenant_id: hold.tenantId })
    .forUpdate()
    .first<{ ended_at: Date | null } | undefined>('ended_at');
  if (run === undefined) throw new PipelineError('RunNotFound', { run: hold.runId });
  if (run.ended_at !== null) throw new PipelineError('RunClosed', { run: hold.runId });
  const held = tenant.mode === hold.mode;
  if (held) await trx('runs').where({ id: hold.runId }).update({ holds_mode: true });
  return { held, mode: tenant.mode };
}

/** Lets go of the mode, where the run holds one; letting go twice changes nothing (REL-3). */
export async function releaseMode(trx: Knex.Transaction, runId: string): Promise<void> {
  await trx('runs').where({ id: runId, holds_mode: true }).update({ holds_mode: false });
}
