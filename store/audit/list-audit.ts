import type { AuditQuery, AuditRecord } from '../../schemas/audit/audit-view';
import type { Connection } from '../database/connect';
import type { ActorSource } from './audit-log';

/** One page of the audit log; `next` is the cursor of the page after it, null on the last one. */
export interface AuditPage {
  readonly entries: readonly AuditRecord[];
  readonly next: string | null;
}

interface AuditRow {
  readonly id: number;
  readonly at: Date;
  readonly actor: string;
  readonly actor_source: ActorSource;
  readonly action: string;
  readonly object: string;
  readonly outcome: string;
  readonly details: Record<string, unknown>;
}

/** A tenant's audit log, or for null the installation's, latest first (RUN-23). */
export async function listAudit(
  connection: Connection,
  tenantId: number | null,
  query: AuditQuery,
): Promise<AuditPage> {
  const rows = await connection('audit_log')
    .where({ tenant_id: tenantId })
    .modify((entries) => {
      for (const column of ['action', 'actor', 'object', 'outcome'] as const) {
        if (query[column] !== undefined) void entries.where(column, query[column]);
      }
      if (query.since !== undefined) void entries.where('at', '>=', query.since);
      if (query.until !== undefined) void entries.where('at', '<', query.until);
      if (query.cursor !== undefined) void entries.where('id', '<', Number(query.cursor));
    })
    .orderBy('id', 'desc')
    .limit(query.limit + 1)
    .select<AuditRow[]>('*');
  const entries = rows.slice(0, query.limit);
  const last = entries.at(-1);
  return {
    entries: entries.map(toRecord),
    next: rows.length > query.limit && last !== undefined ? String(last.id) : null,
  };
}

function toRecord(row: AuditRow): AuditRecord {
  return {
    at: row.at.toISOString(),
    actor: row.actor,
    actorSource: row.actor_source,
    action: row.action,
    object: row.object,
    outcome: row.outcome,
    details: row.details,
  };
}
