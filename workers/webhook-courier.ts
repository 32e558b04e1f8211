import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { createHttpWebhookSender } from '../activities/adapters/webhook-sender/http/http-webhook-sender';
import { deliverWebhooks, type Delivering } from '../activities/webhooks/deliver-webhooks';
import type { Settings } from '../schemas/settings';
import type { Database } from '../store/database/connect';

/** Sends what is in the outbox for as long as it runs. */
export interface WebhookCourier {
  /** Resolves when the message under way is done with; nothing is lost by a sudden end either. */
  stop(): Promise<void>;
}

/**
 * Looks into the outbox at every interval, and at once again after it found something. It never
 * fails: the outbox is in the database, and whoever runs next goes on with it (docs/adr/0011).
 */
export function startWebhookCourier(
  settings: Settings,
  database: Database,
  logger: Logger,
): WebhookCourier {
  const { webhooks, encryptionKey, temporal } = settings;
  const { timeoutMs, targets, pollMs, firstPauseMs, giveUpAfterMs } = webhooks;
  const delivering: Delivering = {
    database,
    encryptionKey,
    sender: createHttpWebhookSender({ timeoutMs, targets }),
    patience: { firstPauseMs, giveUpAfterMs },
    leaseMs: timeoutMs + 10_000,
    linkOf: (runId) =>
      `${temporal.uiUrl}/namespaces/${temporal.namespace}/workflows/${encodeURIComponent(runId)}`,
  };
  const stopping = new AbortController();
  const ended = runUntil(stopping.signal, delivering, { pollMs, logger });
  return {
    async stop() {
      stopping.abort();
      await ended;
    },
  };
}

async function runUntil(
  signal: AbortSignal,
  delivering: Delivering,
  { pollMs, logger }: { readonly pollMs: number; readonly logger: Logger },
): Promise<void> {
  while (!signal.aborted) {
    let found = 0;
    try {
      const { delivered, failed } = await deliverWebhooks(delivering);
      found = delivered + failed;
      if (found > 0) logger.info({ delivered, failed }, 'webhooks');
    } catch (error) {
      logger.warn({ err: error }, 'webhooks wait');
    }
    if (found === 0) await sleep(pollMs, undefined, { signal, ref: false }).catch(() => undefined);
  }
}
