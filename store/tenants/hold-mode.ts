import type { Knex } from 'knex';
import { PipelineError } from '../../schemas/pipeline-error';
import { findReleaseSettings } from './find-settings';
import type { TenantRow } from './find-tenant';

/** What a run asks to be kept. */
export interface ModeHold {
  readonly tenantId: number;
  readonly runId: string;
  readonly mode: 'cross-tenant-publishing';
}

/**
 * Lets a run keep the tenant in its mode until `releaseMode` (REL-3): while `held` is true nobody
 * can end it. A tenant in `normal` whose settings let runs take the mode is brought into it (REL-4);
 * in any other mode nothing is held, and `mode` says which one it is. Holding twice is holding once.
 * Throws `RunNotFound`, and `RunClosed` for a run that has ended.
 */
export async function holdMode(
  trx: Knex.Transaction,
  hold: ModeHold,
): Promise<{ readonly held: boolean; readonly mode: TenantRow['mode'] }> {
  const mode = await lockedMode(trx, hold.tenantId);
  const run = await trx('runs')
    .where({ id: hold.runId, tenant_id: hold.tenantId })
    .forUpdate()
    .first<{ ended_at: Date | null } | undefined>('ended_at');
  if (run === undefined) throw new PipelineError('RunNotFound', { run: hold.runId });
  if (run.ended_at !== null) throw new PipelineError('RunClosed', { run: hold.runId });
  const taken = mode === 'normal' && (await takeMode(trx, hold));
  const held = taken || mode === hold.mode;
  if (held) await trx('runs').where({ id: hold.runId }).update({ holds_mode: true });
  return { held, mode: taken ? hold.mode : mode };
}

/**
 * Lets go of the mode, where the run holds one (REL-3). A mode that a run took ends with the last
 * run that holds it; one that a person started stays (REL-4). Letting go twice changes nothing.
 */
export async function releaseMode(trx: Knex.Transaction, runId: string): Promise<void> {
  const run = await trx('runs')
    .where({ id: runId, holds_mode: true })
    .first<{ tenant_id: number } | undefined>('tenant_id');
  if (run === undefined) return;
  await lockedMode(trx, run.tenant_id);
  await trx('runs').where({ id: runId }).update({ holds_mode: false });
  const others = await trx('runs')
    .where({ tenant_id: run.tenant_id, holds_mode: true })
    .whereNull('ended_at')
    .first<{ id: string } | undefined>('id');
  if (others === undefined) await endTakenMode(trx, { tenantId: run.tenant_id, runId });
}

/** Who starts or ends a mode locks the same row: it happens before this transaction or after it. */
async function lockedMode(trx: Knex.Transaction, tenantId: number): Promise<TenantRow['mode']> {
  const tenant = await trx<TenantRow>('tenants').where({ id: tenantId }).forNoKeyUpdate().first();
  if (tenant === undefined) throw new PipelineError('TenantNotFound', { tenant: tenantId });
  return tenant.mode;
}

async function takeMode(trx: Knex.Transaction, hold: ModeHold): Promise<boolean> {
  const settings = await findReleaseSettings(trx, hold.tenantId);
  if (settings?.takes_mode !== true) return false;
  await trx('tenants').where({ id: hold.tenantId }).update({ mode: hold.mode });
  await trx('tenant_modes').insert({
    tenant_id: hold.tenantId,
    mode: hold.mode,
    started_by: 'gantry',
    start_reason: `taken by run ${hold.runId}`,
    taken_by_run: hold.runId,
  });
  return true;
}

async function endTakenMode(
  trx: Knex.Transaction,
  { tenantId, runId }: { readonly tenantId: number; readonly runId: string },
): Promise<void> {
  const ended = await trx('tenant_modes')
    .where({ tenant_id: tenantId })
    .whereNull('ended_at')
    .whereNotNull('taken_by_run')
    .update({ ended_at: trx.fn.now(), ended_by: 'gantry', end_reason: `let go by run ${runId}` });
  if (ended > 0) await trx('tenants').where({ id: tenantId }).update({ mode: 'normal' });
}
