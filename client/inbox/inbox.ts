import type { z } from 'zod';
import { InboxQuery, ReadNotices, type Notice } from '../../schemas/notices/notice';
import { parseInput } from '../../schemas/parse-input';
import { auditedChange, guardedRead } from '../../store/audit/audited';
import { listInbox, markNoticesRead } from '../../store/notices/inbox';
import { findTenant } from '../../store/tenants/find-tenant';
import type { ClientContext } from '../context';

/**
 * The caller's own inbox in a tenant (RUN-30). Every method throws `Unauthenticated`,
 * `PermissionDenied`, `TenantNotFound`, and `InvalidInput` with a finding per fault.
 */
export interface Inbox {
  /**
   * The unread notices, latest first; with `all` those that were read too.
   *
   * @example const notices = await gantry.inbox.list({ tenant: 'retail' });
   */
  list(query: z.input<typeof InboxQuery>): Promise<Notice[]>;
  /**
   * Marks notices as read, every unread one where no ids are given; foreign ids are left alone.
   *
   * @example const { marked } = await gantry.inbox.markRead({ tenant: 'retail', ids: [17] });
   */
  markRead(input: z.input<typeof ReadNotices>): Promise<{ readonly marked: number }>;
}

/** The inbox part of the client. */
export function createInbox(context: ClientContext): Inbox {
  const { database } = context;
  const prepare = async (tenant: string) => {
    const caller = await context.caller();
    const { id } = await findTenant(database, tenant);
    return {
      inbox: { tenantId: id, personId: caller.personId },
      attempt: {
        caller,
        tenantId: id,
        action: 'inbox.read',
        object: `inbox/${caller.name}`,
      } as const,
    };
  };
  return {
    async list(given) {
      const query = parseInput(InboxQuery, given);
      const { inbox, attempt } = await prepare(query.tenant);
      return guardedRead(database, attempt, (connection) => listInbox(connection, inbox, query));
    },
    async markRead(given) {
      const { tenant, ids } = parseInput(ReadNotices, given);
      const { inbox, attempt } = await prepare(tenant);
      return auditedChange(database, attempt, async (trx, note) => {
        const marked = await markNoticesRead(trx, inbox, ids);
        note({ marked });
        return { marked };
      });
    },
  };
}
