import type { Knex } from 'knex';
import { PipelineError } from '../../schemas/pipeline-error';
import type { WebhookInput } from '../../schemas/webhooks/webhook';
import { auditedChange } from '../audit/audited';
import type { Database } from '../database/connect';
import type { Caller } from '../people/authenticate';
import type { TenantRow } from '../tenants/find-tenant';
import { findWebhook } from './find-webhooks';
import { newWebhookSecret, sealWebhookSecret, type WebhookRow } from './webhook-row';

type Tenant = Pick<TenantRow, 'id' | 'code'>;

/** The secrets that were made here and are told once; null where none were made. */
export interface NewWebhookSecrets {
  readonly secret: string | null;
  readonly callbackSecret: string | null;
}

/** A change of a webhook and the key that its secrets are kept under. */
export interface WebhookChange {
  readonly tenant: Tenant;
  readonly input: WebhookInput;
  readonly encryptionKey: Uint8Array;
}

/**
 * Makes or changes a webhook; what is left out stays (RUN-30). The audit log gets where it points
 * to, without path and query, which may hold a secret of the receiver. Throws `PermissionDenied`,
 * and `InvalidInput` for a new one without a URL.
 */
export async function changeWebhook(
  database: Database,
  caller: Caller,
  { tenant, input, encryptionKey }: WebhookChange,
): Promise<NewWebhookSecrets> {
  const { name } = input;
  const attempt = attemptOf(tenant, { caller, name });
  return auditedChange(database, attempt, async (trx, note) => {
    const known = await trx<WebhookRow>('webhooks')
      .where({ tenant_id: tenant.id, name })
      .forUpdate()
      .first();
    const url = input.url ?? known?.url;
    if (url === undefined) throw urlMissing();
    const made = makeSecrets(input, known === undefined);
    const seal = (use: 'secret' | 'callback-secret', secret: string | null | undefined) =>
      secret == null
        ? undefined
        : sealWebhookSecret(encryptionKey, { tenant_id: tenant.id, name }, { use, secret });
    await write(trx, known, {
      tenant_id: tenant.id,
      name,
      url,
      kinds: input.kinds ?? known?.kinds ?? [],
      active: input.active ?? known?.active ?? true,
      sealed_secret: seal('secret', input.secret ?? made.secret),
      sealed_callback_secret: seal('callback-secret', input.callbackSecret ?? made.callbackSecret),
      changed_by: caller.name,
    });
    note({
      origin: new URL(url).origin,
      kinds: input.kinds,
      active: input.active,
      secrets: made.secret !== null || input.secret !== undefined ? 'set' : 'kept',
    });
    return made;
  });
}

/** Removes a webhook with the messages that wait for it; throws `PermissionDenied`, `WebhookNotFound`. */
export async function removeWebhook(
  database: Database,
  caller: Caller,
  { tenant, name }: { readonly tenant: Tenant; readonly name: string },
): Promise<void> {
  await auditedChange(database, attemptOf(tenant, { caller, name }), async (trx, note) => {
    const { id } = await findWebhook(trx, { tenantId: tenant.id, name });
    await trx('webhooks').where({ id }).del();
    note({ removed: true });
  });
}

/** Who does what to which webhook, as it is checked and audited. */
export function attemptOf(
  tenant: Tenant,
  { caller, name }: { readonly caller: Caller; readonly name: string },
) {
  return {
    caller,
    tenantId: tenant.id,
    action: 'webhook.manage',
    object: `tenant/${tenant.code}/webhook/${name}`,
  } as const;
}

function makeSecrets(input: WebhookInput, isNew: boolean): NewWebhookSecrets {
  const make = (given: string | undefined): string | null =>
    given === undefined && (isNew || input.newSecrets) ? newWebhookSecret() : null;
  return { secret: make(input.secret), callbackSecret: make(input.callbackSecret) };
}

async function write(
  trx: Knex.Transaction,
  known: WebhookRow | undefined,
  columns: Readonly<Record<string, unknown>>,
): Promise<void> {
  const set = Object.fromEntries(
    Object.entries(columns).filter(([, value]) => value !== undefined),
  );
  if (known === undefined) await trx('webhooks').insert(set);
  else {
    await trx('webhooks')
      .where({ id: known.id })
      .update({ ...set, changed_at: trx.fn.now() });
  }
}

function urlMissing(): PipelineError {
  const finding = {
    code: 'InputMissing',
    severity: 'error' as const,
    object: { type: 'input', project: null, code: 'url' },
    reason: 'url: is missing',
    fix: 'Give it: a new webhook needs one.',
    overridable: false,
  };
  return new PipelineError('InvalidInput', { fields: ['url'] }, { findings: [finding] });
}
