import type { Connection } from '../database/connect';
import type { WebhookRow } from './webhook-row';

/** A message that is due, with where it goes. */
export interface DueDelivery {
  readonly id: string;
  readonly kind: string;
  readonly runId: string | null;
  readonly attempts: number;
  readonly createdAt: Date;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly webhook: WebhookRow;
}

interface ClaimedRow extends WebhookRow {
  readonly delivery_id: string;
  readonly kind: string;
  readonly run_id: string | null;
  readonly attempts: number;
  readonly created_at: Date;
  readonly payload: Readonly<Record<string, unknown>>;
}

/**
 * Takes messages that are due, the longest due first, so that no other worker sends them for
 * `leaseMs`; whoever dies with them leaves them due again after that. Those of a webhook that was
 * switched off wait until it is on again; a test goes out either way.
 */
export async function claimDeliveries(
  connection: Connection,
  { limit, leaseMs }: { readonly limit: number; readonly leaseMs: number },
): Promise<DueDelivery[]> {
  const { rows } = await connection.raw<{ rows: ClaimedRow[] }>(
    `
    with due as (
      select d.id from webhook_deliveries d join webhooks w on w.id = d.webhook_id
      where d.delivered_at is null and d.given_up_at is null and d.next_at <= now()
        and (w.active or d.kind = 'test')
      order by d.next_at limit :limit for update of d skip locked
    ), claimed as (
      update webhook_deliveries d
      set attempts = attempts + 1, next_at = now() + :leaseMs * interval '1 millisecond'
      from due where d.id = due.id
      returning d.id, d.webhook_id, d.kind, d.run_id, d.attempts, d.created_at, d.payload
    )
    select w.*, c.id as delivery_id, c.kind, c.run_id, c.attempts, c.created_at, c.payload
    from claimed c join webhooks w on w.id = c.webhook_id`,
    { limit, leaseMs },
  );
  return rows.map((row) => ({
    id: row.delivery_id,
    kind: row.kind,
    runId: row.run_id,
    attempts: row.attempts,
    createdAt: row.created_at,
    payload: row.payload,
    webhook: row,
  }));
}

/** Says that a message has arrived. */
export async function markDelivered(connection: Connection, id: string): Promise<void> {
  await connection('webhook_deliveries')
    .where({ id })
    .update({ delivered_at: connection.fn.now(), last_error: null });
}

/** Says why a message has not arrived and when it is tried again; null gives it up. */
export async function markFailed(
  connection: Connection,
  id: string,
  { error, retryInMs }: { readonly error: string; readonly retryInMs: number | null },
): Promise<void> {
  await connection('webhook_deliveries')
    .where({ id })
    .update({
      last_error: error,
      ...(retryInMs === null
        ? { given_up_at: connection.fn.now() }
        : { next_at: connection.raw(`now() + ? * interval '1 millisecond'`, [retryInMs]) }),
    });
}
