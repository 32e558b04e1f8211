import { z } from 'zod';
import { NoticeKind } from '../notices/notice-kind';
import { TenantCode } from '../tenants/tenant';

/** The name of a webhook in its tenant. */
export const WebhookName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'is not 1 to 63 of a-z, 0-9 and -, without - in front');

const url = z
  .string()
  .max(2000, 'is longer than 2000 characters')
  .refine((value) => isHttpUrl(value), { message: 'is not an http or https URL' })
  .refine((value) => !hasUser(value), {
    message: 'holds a user or a password',
    params: { fix: 'Leave them out: what is sent is signed.' },
  });

/** A secret as Standard Webhooks writes it: `whsec_` and 24 to 64 bytes in base64. */
export const WebhookSecret = z
  .string()
  .regex(/^whsec_[A-Za-z0-9+/]+={0,2}$/, 'is not whsec_ and base64')
  .refine((value) => isLongEnough(value), { message: 'does not hold 24 to 64 bytes' });

/** A webhook to make or to change; what is left out stays, or has its default where it is new (RUN-30). */
export const WebhookInput = z.strictObject({
  tenant: TenantCode,
  /** @default 'main' */
  name: WebhookName.default('main'),
  /** Must be given for a new one. */
  url: url.optional(),
  /** Which notices it gets; an empty list stands for all. @default [] */
  kinds: z.array(NoticeKind).optional(),
  /** @default true */
  active: z.boolean().optional(),
  /** Signs what is sent. @default a random one */
  secret: WebhookSecret.optional(),
  /** Signs the call-backs that come back. @default a random one */
  callbackSecret: WebhookSecret.optional(),
  /** Makes new random secrets for a webhook that has some. @default false */
  newSecrets: z.boolean().default(false),
});
export type WebhookInput = z.infer<typeof WebhookInput>;

/** A webhook by tenant and name. */
export const WebhookRef = z.strictObject({
  tenant: TenantCode,
  /** @default 'main' */
  name: WebhookName.default('main'),
});

/** A webhook as administrators see it; times are RFC 3339. Its secrets are never shown again. */
export interface Webhook {
  readonly name: string;
  readonly url: string;
  /** Empty: every kind. */
  readonly kinds: readonly string[];
  readonly active: boolean;
  readonly changedAt: string;
  readonly changedBy: string;
  /** Messages that wait for another attempt. */
  readonly pending: number;
  /** Messages that were given up. */
  readonly givenUp: number;
  /** What the last attempt that failed said; null where none did. */
  readonly lastError: string | null;
}

/** What became of a message; times are RFC 3339. */
export interface WebhookDelivery {
  readonly id: string;
  readonly kind: string;
  readonly run: string | null;
  readonly attempts: number;
  readonly createdAt: string;
  readonly deliveredAt: string | null;
  readonly givenUpAt: string | null;
  readonly lastError: string | null;
}

function isHttpUrl(value: string): boolean {
  return URL.canParse(value) && ['http:', 'https:'].includes(new URL(value).protocol);
}

function hasUser(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const { username, password } = new URL(value);
  return username !== '' || password !== '';
}

function isLongEnough(value: string): boolean {
  const { length } = Buffer.from(value.slice('whsec_'.length), 'base64');
  return length >= 24 && length <= 64;
}
