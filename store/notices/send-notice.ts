import type { NoticeKind } from '../../schemas/notices/notice-kind';
import type { Connection } from '../database/connect';
import { queueDeliveries } from '../webhooks/queue-deliveries';

/** A notice to some people of a tenant; never a secret in it. */
export interface NewNotice {
  readonly tenantId: number;
  readonly personIds: readonly number[];
  readonly kind: NoticeKind;
  /** Names the event, such as `parked/<run>/<step>/<n>`: a person gets each key once. */
  readonly key: string;
  readonly title: string;
  readonly body: string;
  readonly runId: string | null;
  /** What the webhooks are told besides, such as the approval request. */
  readonly data?: Readonly<Record<string, unknown>>;
  /** Nothing for webhooks. @default false */
  readonly inboxOnly?: boolean;
}

/**
 * Puts a notice into each person's inbox and into the outbox of the tenant's webhooks, once per
 * person or webhook and key (RUN-30), and tells how many inboxes got it. Sending again is safe; so
 * an activity that sends may be repeated.
 */
export async function sendNotice(connection: Connection, notice: NewNotice): Promise<number> {
  if (notice.inboxOnly !== true) await queueDeliveries(connection, notice);
  const personIds = [...new Set(notice.personIds)].sort((one, other) => one - other);
  if (personIds.length === 0) return 0;
  const sent = await connection('notices')
    .insert(
      personIds.map((personId) => ({
        tenant_id: notice.tenantId,
        person_id: personId,
        kind: notice.kind,
        run_id: notice.runId,
        key: notice.key,
        title: notice.title,
        body: notice.body,
      })),
    )
    .onConflict(['person_id', 'key'])
    .ignore()
    .returning<{ id: number }[]>('id');
  return sent.length;
}
