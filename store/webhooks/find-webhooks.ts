import { PipelineError } from '../../schemas/pipeline-error';
import type { Webhook, WebhookDelivery } from '../../schemas/webhooks/webhook';
import type { Connection } from '../database/connect';
import { toWebhook, type WebhookRow } from './webhook-row';

interface WebhookKey {
  readonly tenantId: number;
  readonly name: string;
}

/** The webhook of a tenant with this name; throws `WebhookNotFound`. */
export async function findWebhook(
  connection: Connection,
  { tenantId, name }: WebhookKey,
): Promise<WebhookRow> {
  const row = await connection<WebhookRow>('webhooks').where({ tenant_id: tenantId, name }).first();
  if (row === undefined) throw new PipelineError('WebhookNotFound', { webhook: name });
  return row;
}

/** The webhooks of a tenant by name, each with how its messages stand. */
export async function listWebhooks(connection: Connection, tenantId: number): Promise<Webhook[]> {
  const rows = await connection<WebhookRow>('webhooks')
    .where({ tenant_id: tenantId })
    .orderBy('name');
  return Promise.all(
    rows.map(async (row) => {
      const counted = await connection('webhook_deliveries')
        .where({ webhook_id: row.id })
        .first<{ pending: number; given_up: number }>(
          connection.raw(
            'count(*) filter (where delivered_at is null and given_up_at is null) as pending',
          ),
          connection.raw('count(given_up_at) as given_up'),
        );
      const failed = await connection('webhook_deliveries')
        .where({ webhook_id: row.id })
        .whereNotNull('last_error')
        .orderBy('next_at', 'desc')
        .first<{ last_error: string } | undefined>('last_error');
      return toWebhook(row, {
        pending: counted.pending,
        givenUp: counted.given_up,
        lastError: failed?.last_error ?? null,
      });
    }),
  );
}

interface DeliveryRow {
  readonly id: string;
  readonly kind: string;
  readonly run_id: string | null;
  readonly attempts: number;
  readonly created_at: Date;
  readonly delivered_at: Date | null;
  readonly given_up_at: Date | null;
  readonly last_error: string | null;
}

/** The messages of a webhook, latest first; or the one with this id. */
export async function listDeliveries(
  connection: Connection,
  webhookId: number,
  { id, limit }: { readonly id?: string; readonly limit: number },
): Promise<WebhookDelivery[]> {
  const rows = await connection('webhook_deliveries')
    .where({ webhook_id: webhookId, ...(id === undefined ? {} : { id }) })
    .orderBy([{ column: 'created_at', order: 'desc' }, { column: 'id' }])
    .limit(limit)
    .select<DeliveryRow[]>('*');
  return rows.map((row) => ({
    id: row.id,
    kind: row.kind,
    run: row.run_id,
    attempts: row.attempts,
    createdAt: row.created_at.toISOString(),
    deliveredAt: row.delivered_at?.toISOString() ?? null,
    givenUpAt: row.given_up_at?.toISOString() ?? null,
    lastError: row.last_error,
  }));
}
