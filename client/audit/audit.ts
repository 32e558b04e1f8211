import type { z } from 'zod';
import { AuditQuery } from '../../schemas/audit/audit-view';
import { parseInput } from '../../schemas/parse-input';
import { guardedRead } from '../../store/audit/audited';
import { listAudit, type AuditPage } from '../../store/audit/list-audit';
import { findTenant } from '../../store/tenants/find-tenant';
import type { ClientContext } from '../context';

/** The audit log: every action and every refused attempt (RUN-23). */
export interface Audit {
  /**
   * Entries, latest first; without `tenant` those of the installation. `since` is included, `until`
   * is not; both are ISO 8601 times. Throws `Unauthenticated`, `PermissionDenied`, `TenantNotFound`,
   * and `InvalidInput` with a finding per fault.
   *
   * @example
   * const { entries, next } = await gantry.audit.list({ tenant: 'retail', outcome: 'refused' });
   * if (next !== null) await gantry.audit.list({ tenant: 'retail', outcome: 'refused', cursor: next });
   */
  list(query?: z.input<typeof AuditQuery>): Promise<AuditPage>;
}

/** The audit part of the client. */
export function createAudit(context: ClientContext): Audit {
  const { database } = context;
  return {
    async list(given = {}) {
      const query = parseInput(AuditQuery, given);
      const caller = await context.caller();
      const tenantId =
        query.tenant === undefined ? null : (await findTenant(database, query.tenant)).id;
      const attempt = { caller, tenantId, action: 'audit.read', object: 'audit' } as const;
      return guardedRead(database, attempt, (connection) => listAudit(connection, tenantId, query));
    },
  };
}
