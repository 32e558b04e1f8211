import type { Knex } from 'knex';
import { PipelineError } from '../../schemas/pipeline-error';
import type { ModeStart, ModeState } from '../../schemas/tenants/mode';
import { auditedChange } from '../audit/audited';
import type { Database } from '../database/connect';
import type { Caller } from '../people/authenticate';
import type { TenantRow } from './find-tenant';
import { findModeState, runsHoldingMode } from './find-mode-state';

/** A mode to be started or ended, in which tenant and why. */
interface ModeChange {
  readonly tenant: Pick<TenantRow, 'id' | 'code'>;
  readonly reason?: string | undefined;
}

/**
 * Starts a mode (REL-3). Throws `ModeUnchanged` where the tenant is in it, `ModeTaken` where it is
 * in the other one, and `PermissionDenied`. Of two who start at once one wins.
 */
export async function startMode(
  database: Database,
  caller: Caller,
  change: ModeChange & { readonly mode: ModeStart['mode'] },
): Promise<ModeState> {
  const { tenant, mode, reason } = change;
  return auditedChange(database, attemptOf(caller, change, { start: mode }), async (trx) => {
    const current = await lockMode(trx, tenant.id);
    if (current === mode) throw new PipelineError('ModeUnchanged', { mode });
    if (current !== 'normal') throw new PipelineError('ModeTaken', { mode: current });
    await trx('tenants').where({ id: tenant.id }).update({ mode });
    await trx('tenant_modes').insert({
      tenant_id: tenant.id,
      mode,
      started_by: caller.name,
      start_reason: reason ?? null,
    });
    return findModeState(trx, tenant.id);
  });
}

/**
 * Brings the tenant back to normal (REL-3). Throws `ModeHeld` with the runs that are at work under
 * the mode, `ModeUnchanged` where it is normal, and `PermissionDenied`.
 */
export async function endMode(
  database: Database,
  caller: Caller,
  change: ModeChange,
): Promise<ModeState> {
  const { tenant, reason } = change;
  return auditedChange(database, attemptOf(caller, change, { end: true }), async (trx, note) => {
    const current = await lockMode(trx, tenant.id);
    note({ mode: current });
    if (current === 'normal') throw new PipelineError('ModeUnchanged', { mode: current });
    const runs = await runsHoldingMode(trx, tenant.id);
    if (runs.length > 0) throw new PipelineError('ModeHeld', { mode: current, runs });
    await trx('tenants').where({ id: tenant.id }).update({ mode: 'normal' });
    await trx('tenant_modes')
      .where({ tenant_id: tenant.id })
      .whereNull('ended_at')
      .update({ ended_at: trx.fn.now(), ended_by: caller.name, end_reason: reason ?? null });
    return findModeState(trx, tenant.id);
  });
}

function attemptOf(caller: Caller, change: ModeChange, details: Record<string, unknown>) {
  return {
    caller,
    tenantId: change.tenant.id,
    action: 'tenant.mode.change',
    object: `tenant/${change.tenant.code}/mode`,
    details: change.reason === undefined ? details : { ...details, reason: change.reason },
  } as const;
}

/** Waits for runs that are about to hold the mode and for others who change it. */
async function lockMode(trx: Knex.Transaction, tenantId: number): Promise<TenantRow['mode']> {
  const row = await trx('tenants')
    .where({ id: tenantId })
    .forNoKeyUpdate()
    .first<Pick<TenantRow, 'mode'> | undefined>('mode');
  if (row === undefined) throw new PipelineError('TenantNotFound', { tenant: tenantId });
  return row.mode;
}
