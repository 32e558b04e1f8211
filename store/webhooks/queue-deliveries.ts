import { randomUUID } from 'node:crypto';
import type { Connection } from '../database/connect';

/** Something to tell the webhooks of a tenant; never a secret in it. */
export interface WebhookEvent {
  readonly tenantId: number;
  readonly kind: string;
  /** Names the event: a webhook gets each key once. */
  readonly key: string;
  readonly runId: string | null;
  readonly title: string;
  readonly body: string;
  /** What there is to say besides, such as an approval request. */
  readonly data?: Readonly<Record<string, unknown>>;
}

/**
 * Puts a message for every webhook that wants this kind into the outbox, in the transaction of what
 * it tells of, and tells how many are new (RUN-30). Queueing twice is queueing once; what is queued
 * is sent by `deliverWebhooks`.
 */
export async function queueDeliveries(
  connection: Connection,
  event: WebhookEvent,
): Promise<number> {
  const hooks = await connection('webhooks')
    .where({ tenant_id: event.tenantId, active: true })
    .andWhereRaw(`(kinds = '{}' or ? = any(kinds))`, [event.kind])
    .select<{ id: number }[]>('id');
  if (hooks.length === 0) return 0;
  const payload = await describe(connection, event);
  const queued = await connection('webhook_deliveries')
    .insert(hooks.map((hook) => toRow(hook.id, event, payload)))
    .onConflict(['webhook_id', 'key'])
    .ignore()
    .returning<{ id: string }[]>('id');
  return queued.length;
}

/** Queues one message for one webhook, active or not, and gives its id. */
export async function queueTest(
  connection: Connection,
  webhook: { readonly id: number; readonly tenant_id: number },
): Promise<string> {
  const event: WebhookEvent = {
    tenantId: webhook.tenant_id,
    kind: 'test',
    key: `test/${randomUUID()}`,
    runId: null,
    title: 'A test',
    body: 'Somebody asked whether this webhook works.',
  };
  const row = toRow(webhook.id, event, await describe(connection, event));
  await connection('webhook_deliveries').insert(row);
  return row.id;
}

async function describe(
  connection: Connection,
  { tenantId, kind, runId, title, body, data }: WebhookEvent,
): Promise<Record<string, unknown>> {
  const tenant = await connection('tenants').where({ id: tenantId }).first<{ code: string }>();
  const run =
    runId === null
      ? undefined
      : await connection('runs')
          .where({ id: runId })
          .first<{ pipeline: string; subject: string } | undefined>('pipeline', 'subject');
  return {
    type: kind,
    timestamp: new Date().toISOString(),
    data: {
      tenant: tenant.code,
      title,
      text: body,
      run: runId,
      pipeline: run?.pipeline ?? null,
      subject: run?.subject ?? null,
      ...data,
    },
  };
}

function toRow(
  webhookId: number,
  { key, kind, runId }: WebhookEvent,
  payload: Readonly<Record<string, unknown>>,
) {
  return {
    id: `msg_${randomUUID().replaceAll('-', '')}`,
    webhook_id: webhookId,
    key,
    kind,
    run_id: runId,
    payload: JSON.stringify(payload),
  };
}
