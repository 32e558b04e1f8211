import type { Knex } from 'knex';
import { isPipelineError, type PipelineError } from '../../schemas/pipeline-error';
import type { Action } from '../../schemas/tenants/rights';
import type { Connection, Database } from '../database/connect';
import type { Caller } from '../people/authenticate';
import { authorize } from '../people/authorize';
import { writeAudit, type ActorSource, type AuditEntry } from './audit-log';

/** Who tries to do what on what; `details` go into the audit log as they are. */
export interface Attempt {
  readonly caller: Caller;
  /** @default 'token' */
  readonly actorSource?: ActorSource;
  /** Without a tenant only roles of the installation count. */
  readonly tenantId: number | null;
  readonly action: Action;
  /** Such as `tenant/retail` or `release/7f3…`. */
  readonly object: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

/** Adds to the audit entry what is known only after the change. */
export type NoteDetails = (details: Readonly<Record<string, unknown>>) => void;

/**
 * Runs a change in one transaction with its permission check and its audit entry (RUN-21, RUN-23).
 * A refusal, of rights or of rules, rolls everything back and is audited after that as `refused`
 * with its code; other errors only roll back.
 */
export async function auditedChange<T>(
  database: Database,
  attempt: Attempt,
  body: (trx: Knex.Transaction, note: NoteDetails) => Promise<T>,
): Promise<T> {
  return refusalsAudited(database, attempt, () =>
    database.transaction(async (trx) => {
      await authorize(trx, attempt.caller, requestOf(attempt));
      let details = attempt.details ?? {};
      const result = await body(trx, (more) => {
        details = { ...details, ...more };
      });
      await writeAudit(trx, toEntry(attempt, 'ok', details));
      return result;
    }),
  );
}

/** Runs a read after its permission check; only refusals are audited (RUN-23). */
export async function guardedRead<T>(
  database: Database,
  attempt: Attempt,
  body: (connection: Connection) => Promise<T>,
): Promise<T> {
  return refusalsAudited(database, attempt, async () => {
    await authorize(database, attempt.caller, requestOf(attempt));
    return body(database);
  });
}

async function refusalsAudited<T>(
  database: Database,
  attempt: Attempt,
  body: () => Promise<T>,
): Promise<T> {
  try {
    return await body();
  } catch (error) {
    if (isPipelineError(error) && isRefusal(error)) {
      const details = { ...attempt.details, ...error.details, code: error.code };
      // The refusal stands and is thrown, also where the database has gone away meanwhile.
      await writeAudit(database, toEntry(attempt, 'refused', details)).catch(() => undefined);
    }
    throw error;
  }
}

/** Faults of the surroundings are no refusals. */
function isRefusal(error: PipelineError): boolean {
  return !error.code.endsWith('Unavailable') && error.code !== 'InternalError';
}

function requestOf(attempt: Attempt): { action: Action; tenantId?: number } {
  return {
    action: attempt.action,
    ...(attempt.tenantId === null ? {} : { tenantId: attempt.tenantId }),
  };
}

function toEntry(
  attempt: Attempt,
  outcome: string,
  details: Readonly<Record<string, unknown>>,
): AuditEntry {
  return {
    tenantId: attempt.tenantId,
    actor: attempt.caller.name,
    actorSource: attempt.actorSource ?? 'token',
    action: attempt.action,
    object: attempt.object,
    outcome,
    details,
  };
}
