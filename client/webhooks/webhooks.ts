import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { parseInput } from '../../schemas/parse-input';
import { TenantCode } from '../../schemas/tenants/tenant';
import {
  WebhookInput,
  WebhookRef,
  type Webhook,
  type WebhookDelivery,
} from '../../schemas/webhooks/webhook';
import { auditedChange, guardedRead } from '../../store/audit/audited';
import { findTenant } from '../../store/tenants/find-tenant';
import {
  attemptOf,
  changeWebhook,
  removeWebhook,
  type NewWebhookSecrets,
} from '../../store/webhooks/change-webhook';
import { findWebhook, listDeliveries, listWebhooks } from '../../store/webhooks/find-webhooks';
import { queueTest } from '../../store/webhooks/queue-deliveries';
import type { ClientContext } from '../context';

const TenantRef = z.strictObject({ tenant: TenantCode });
const DeliveryQuery = WebhookRef.extend({ limit: z.int().min(1).max(1000).default(50) });

/**
 * Webhooks of a tenant: where notices and approval requests are sent besides the inbox (RUN-11,
 * RUN-30). All need an administrator of the tenant. Every method throws `Unauthenticated`,
 * `PermissionDenied`, `TenantNotFound`, and `InvalidInput` with a finding per fault.
 */
export interface Webhooks {
  /**
   * Makes or changes a webhook; what is left out stays. Secrets that were made here come back once
   * and never again, null where none were.
   *
   * @example
   * const { secret, callbackSecret } = await gantry.webhooks.set({
   *   tenant: 'retail',
   *   url: 'https://approvals.example.com/gantry',
   *   kinds: ['approval-wanted'],
   * });
   */
  set(input: z.input<typeof WebhookInput>): Promise<NewWebhookSecrets>;
  /** The webhooks by name, with how their messages stand. @example await gantry.webhooks.list({ tenant: 'retail' }); */
  list(ref: z.input<typeof TenantRef>): Promise<Webhook[]>;
  /** The messages of a webhook, latest first. Throws `WebhookNotFound`. @example await gantry.webhooks.deliveries({ tenant: 'retail' }); */
  deliveries(query: z.input<typeof DeliveryQuery>): Promise<WebhookDelivery[]>;
  /** Removes a webhook and what waits for it. Throws `WebhookNotFound`. @example await gantry.webhooks.remove({ tenant: 'retail' }); */
  remove(ref: z.input<typeof WebhookRef>): Promise<void>;
  /**
   * Lets a worker send a test and waits for what becomes of it, up to 30 seconds; it is tried once.
   * Throws `WebhookNotFound`.
   *
   * @example const { deliveredAt, lastError } = await gantry.webhooks.test({ tenant: 'retail' });
   */
  test(ref: z.input<typeof WebhookRef>): Promise<WebhookDelivery>;
}

const waitAtMostMs = 30_000;
const askEveryMs = 200;

/** The part of the client that is about webhooks. */
export function createWebhooks(context: ClientContext): Webhooks {
  const { database, settings } = context;
  const prepare = async (code: string, name: string) => {
    const caller = await context.caller();
    const tenant = await findTenant(database, code);
    return { caller, tenant, attempt: attemptOf(tenant, { caller, name }) };
  };
  return {
    async set(given) {
      const input = parseInput(WebhookInput, given);
      const { caller, tenant } = await prepare(input.tenant, input.name);
      const { encryptionKey } = settings;
      return changeWebhook(database, caller, { tenant, input, encryptionKey });
    },
    async list(given) {
      const { tenant: code } = parseInput(TenantRef, given);
      const { tenant, attempt } = await prepare(code, '*');
      return guardedRead(database, attempt, (connection) => listWebhooks(connection, tenant.id));
    },
    async deliveries(given) {
      const { tenant: code, name, limit } = parseInput(DeliveryQuery, given);
      const { tenant, attempt } = await prepare(code, name);
      return guardedRead(database, attempt, async (connection) => {
        const { id } = await findWebhook(connection, { tenantId: tenant.id, name });
        return listDeliveries(connection, id, { limit });
      });
    },
    async remove(given) {
      const { tenant: code, name } = parseInput(WebhookRef, given);
      const { caller, tenant } = await prepare(code, name);
      await removeWebhook(database, caller, { tenant, name });
    },
    async test(given) {
      const { tenant: code, name } = parseInput(WebhookRef, given);
      const { tenant, attempt } = await prepare(code, name);
      const queued = await auditedChange(database, attempt, async (trx, note) => {
        const webhook = await findWebhook(trx, { tenantId: tenant.id, name });
        note({ test: true });
        return { webhook: webhook.id, id: await queueTest(trx, webhook) };
      });
      return waitForDelivery(context, queued);
    },
  };
}

async function waitForDelivery(
  { database }: ClientContext,
  { webhook, id }: { readonly webhook: number; readonly id: string },
): Promise<WebhookDelivery> {
  const deadline = Date.now() + waitAtMostMs;
  for (;;) {
    const [delivery] = await listDeliveries(database, webhook, { id, limit: 1 });
    const settled = delivery !== undefined && (delivery.deliveredAt ?? delivery.givenUpAt) !== null;
    if (delivery !== undefined && (settled || Date.now() > deadline)) return delivery;
    await sleep(askEveryMs);
  }
}
