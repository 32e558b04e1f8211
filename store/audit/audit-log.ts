import type { Connection } from '../database/connect';

/** Where the actor's name comes from: a token, a payload that came through Temporal, a signed call-back, or Gantry itself. */
export type ActorSource = 'token' | 'claimed' | 'callback' | 'system';

/** Who, what, on what, with which outcome (RUN-23); never a secret. */
export interface AuditEntry {
  readonly tenantId: number | null;
  readonly actor: string;
  readonly actorSource: ActorSource;
  /** An action of the rights table or an event of a run, such as `release.export`. */
  readonly action: string;
  readonly object: string;
  /** `ok`, `refused`, or what became of it. */
  readonly outcome: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

/** Adds a row to the audit log, in the transaction of the change it reports. */
export async function writeAudit(connection: Connection, entry: AuditEntry): Promise<void> {
  await connection('audit_log').insert({
    tenant_id: entry.tenantId,
    actor: entry.actor,
    actor_source: entry.actorSource,
    action: entry.action,
    object: entry.object,
    outcome: entry.outcome,
    details: JSON.stringify(entry.details ?? {}),
  });
}
