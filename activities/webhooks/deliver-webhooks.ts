import { isPipelineError } from '../../schemas/pipeline-error';
import type { Database } from '../../store/database/connect';
import { findRecipients } from '../../store/notices/find-recipients';
import { sendNotice } from '../../store/notices/send-notice';
import {
  claimDeliveries,
  markDelivered,
  markFailed,
  type DueDelivery,
} from '../../store/webhooks/outbox';
import { openWebhookSecret } from '../../store/webhooks/webhook-row';
import type { WebhookSender } from '../ports/webhook-sender';
import { nextAttemptIn, type DeliveryPatience } from './next-attempt';

/** What delivering needs. */
export interface Delivering {
  readonly database: Database;
  readonly encryptionKey: Uint8Array;
  readonly sender: WebhookSender;
  readonly patience: DeliveryPatience;
  /** Longer than a request may take, so that no other worker sends the same message meanwhile. */
  readonly leaseMs: number;
  /** The page of a run in the Temporal UI. */
  readonly linkOf: (runId: string) => string;
}

const atOnce = 10;

/**
 * Sends what is due in the outbox, each message at least once, and tells how many arrived and
 * failed (RUN-11, RUN-30). What fails is tried again later; what is given up is told to the
 * tenant's administrators. Safe to run in any number of workers at once.
 */
export async function deliverWebhooks(
  delivering: Delivering,
): Promise<{ readonly delivered: number; readonly failed: number }> {
  const { database, leaseMs } = delivering;
  const due = await claimDeliveries(database, { limit: atOnce, leaseMs });
  const arrived = await Promise.all(due.map((delivery) => deliver(delivering, delivery)));
  const delivered = arrived.filter(Boolean).length;
  return { delivered, failed: due.length - delivered };
}

async function deliver(delivering: Delivering, delivery: DueDelivery): Promise<boolean> {
  const { database, encryptionKey, sender, linkOf } = delivering;
  const { id, runId, payload, webhook } = delivery;
  const link = runId === null ? null : linkOf(runId);
  const data = { ...(payload['data'] as Record<string, unknown>), link };
  try {
    await sender.send({
      url: webhook.url,
      id,
      body: JSON.stringify({ ...payload, data }),
      secret: openWebhookSecret(encryptionKey, webhook, 'secret'),
    });
  } catch (error) {
    await fail(delivering, delivery, error);
    return false;
  }
  await markDelivered(database, id);
  return true;
}

async function fail(
  { database, patience }: Delivering,
  { id, kind, attempts, createdAt, webhook }: DueDelivery,
  error: unknown,
): Promise<void> {
  const ageMs = Date.now() - createdAt.getTime();
  // The receiver says that it is gone for good.
  const gone = isPipelineError(error, 'WebhookRefused') && error.details['status'] === 410;
  // A test is asked for by somebody who waits for the answer.
  const retryInMs = gone || kind === 'test' ? null : nextAttemptIn({ attempts, ageMs }, patience);
  const said = isPipelineError(error) ? `${error.code}: ${error.message}` : 'InternalError';
  await markFailed(database, id, { error: said, retryInMs });
  if (retryInMs !== null || kind === 'test') return;
  const administrators = await findRecipients(database, webhook.tenant_id, {
    roles: ['super-administrator', 'system-administrator'],
  });
  await sendNotice(database, {
    tenantId: webhook.tenant_id,
    personIds: administrators.map((administrator) => administrator.id),
    kind: 'delivery-failed',
    key: `delivery-failed/${id}`,
    title: `Given up: a message to the webhook ${webhook.name}`,
    body: `${kind}, tried ${attempts} times. ${said}. See: gantry webhook deliveries --name ${webhook.name}.`,
    runId: null,
    inboxOnly: true,
  });
}
