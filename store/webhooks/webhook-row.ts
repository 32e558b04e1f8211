import { randomBytes } from 'node:crypto';
import type { Webhook } from '../../schemas/webhooks/webhook';
import { openSecret, sealSecret } from '../secrets/secret-box';

/** A webhook as its row says it. */
export interface WebhookRow {
  readonly id: number;
  readonly tenant_id: number;
  readonly name: string;
  readonly url: string;
  readonly kinds: readonly string[];
  readonly active: boolean;
  readonly sealed_secret: Buffer;
  readonly sealed_callback_secret: Buffer;
  readonly changed_at: Date;
  readonly changed_by: string;
}

/** Which of a webhook's secrets: the one that signs what is sent, or what comes back. */
export type WebhookSecretUse = 'secret' | 'callback-secret';

type Owner = Pick<WebhookRow, 'tenant_id' | 'name'>;

/** Encrypts a webhook's secret for rest (RUN-20). */
export function sealWebhookSecret(
  key: Uint8Array,
  owner: Owner,
  { use, secret }: { readonly use: WebhookSecretUse; readonly secret: string },
): Buffer {
  return sealSecret(key, secret, contextOf(owner, use));
}

/** A webhook's secret in plain, for signing and checking alone; throws `SecretUndecryptable`. */
export function openWebhookSecret(
  key: Uint8Array,
  row: Owner & Pick<WebhookRow, 'sealed_secret' | 'sealed_callback_secret'>,
  use: WebhookSecretUse,
): string {
  const sealed = use === 'secret' ? row.sealed_secret : row.sealed_callback_secret;
  return openSecret(key, sealed, contextOf(row, use));
}

/** A random secret in the form of Standard Webhooks. */
export function newWebhookSecret(): string {
  return `whsec_${randomBytes(32).toString('base64')}`;
}

/** A webhook as administrators see it. */
export function toWebhook(
  row: WebhookRow,
  sent: Pick<Webhook, 'pending' | 'givenUp' | 'lastError'>,
): Webhook {
  return {
    name: row.name,
    url: row.url,
    kinds: row.kinds,
    active: row.active,
    changedAt: row.changed_at.toISOString(),
    changedBy: row.changed_by,
    ...sent,
  };
}

function contextOf(owner: Owner, use: WebhookSecretUse): string {
  return `tenant/${owner.tenant_id}/webhook/${owner.name}/${use}`;
}
