import type { Notice } from '../../schemas/notices/notice';
import type { NoticeKind } from '../../schemas/notices/notice-kind';
import type { Connection } from '../database/connect';

/** Whose inbox in which tenant. */
export interface InboxRef {
  readonly tenantId: number;
  readonly personId: number;
}

interface NoticeRow {
  readonly id: number;
  readonly kind: NoticeKind;
  readonly title: string;
  readonly body: string;
  readonly run_id: string | null;
  readonly created_at: Date;
  readonly read_at: Date | null;
}

/** A person's notices in a tenant, latest first: the unread ones, or all of them (RUN-30). */
export async function listInbox(
  connection: Connection,
  inbox: InboxRef,
  query: { readonly all: boolean; readonly limit: number },
): Promise<Notice[]> {
  const rows = await noticesOf(connection, inbox)
    .modify((notices) => {
      if (!query.all) void notices.whereNull('read_at');
    })
    .orderBy('id', 'desc')
    .limit(query.limit)
    .select<NoticeRow[]>('*');
  return rows.map((row) => ({
    id: row.id,
    kind: row.kind,
    title: row.title,
    body: row.body,
    runId: row.run_id,
    createdAt: row.created_at.toISOString(),
    readAt: row.read_at?.toISOString() ?? null,
  }));
}

/**
 * Marks a person's own notices as read, all of them where no ids are given, and tells how many were
 * unread; the time of a notice that was read before stays (RUN-30).
 */
export async function markNoticesRead(
  connection: Connection,
  inbox: InboxRef,
  ids?: readonly number[],
): Promise<number> {
  return noticesOf(connection, inbox)
    .modify((notices) => {
      if (ids !== undefined) void notices.whereIn('id', [...ids]);
    })
    .whereNull('read_at')
    .update({ read_at: connection.fn.now() });
}

function noticesOf(connection: Connection, inbox: InboxRef) {
  return connection('notices').where({ tenant_id: inbox.tenantId, person_id: inbox.personId });
}
