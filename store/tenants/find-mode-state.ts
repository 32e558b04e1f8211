import type { ModePeriod, ModeState } from '../../schemas/tenants/mode';
import type { TenantMode } from '../../schemas/tenants/tenant';
import type { Connection } from '../database/connect';

const historyLength = 100;

interface PeriodRow {
  mode: TenantMode;
  started_at: Date;
  started_by: string;
  start_reason: string | null;
  ended_at: Date | null;
  ended_by: string | null;
  end_reason: string | null;
}

/** The mode of a tenant, the runs that keep it, and its last 100 periods, latest first (REL-1). */
export async function findModeState(connection: Connection, tenantId: number): Promise<ModeState> {
  const tenant = await connection('tenants')
    .where({ id: tenantId })
    .first<{ mode: TenantMode }>('mode');
  const rows = await connection('tenant_modes')
    .where({ tenant_id: tenantId })
    .orderBy('id', 'desc')
    .limit(historyLength)
    .select<PeriodRow[]>('*');
  return {
    mode: tenant.mode,
    heldBy: await runsHoldingMode(connection, tenantId),
    history: rows.map(toPeriod),
  };
}

/** The runs at work under the mode, by id; one that waits for approval is none (REL-3, REL-17). */
export async function runsHoldingMode(connection: Connection, tenantId: number): Promise<string[]> {
  return connection('runs')
    .where({ tenant_id: tenantId, holds_mode: true })
    .whereNull('ended_at')
    .orderBy('id')
    .pluck<string[]>('id');
}

function toPeriod(row: PeriodRow): ModePeriod {
  return {
    mode: row.mode,
    startedAt: row.started_at.toISOString(),
    startedBy: row.started_by,
    startReason: row.start_reason,
    endedAt: row.ended_at?.toISOString() ?? null,
    endedBy: row.ended_by,
    endReason: row.end_reason,
  };
}
