import type { Knex } from 'knex';
import { PipelineError } from '../../schemas/pipeline-error';
import type { ApprovalPolicy } from '../../schemas/runs/approval-policy';
import type { Finding } from '../../schemas/runs/finding';
import {
  settingFields,
  type ReleaseSettings,
  type ReleaseSettingsChange,
} from '../../schemas/tenants/release-settings';
import { auditedChange } from '../audit/audited';
import type { Database } from '../database/connect';
import { findRecipients } from '../notices/find-recipients';
import type { Caller } from '../people/authenticate';
import { sealSecret } from '../secrets/secret-box';
import {
  columnOf,
  credentialContext,
  findReleaseSettings,
  overlapsUntil,
  toReleaseSettings,
  type ReleaseSettingsRow,
} from './find-settings';
import type { TenantRow } from './find-tenant';

/** The change of a tenant's settings and the key that its credential is kept under. */
export interface SettingsChange {
  readonly tenant: Pick<TenantRow, 'id' | 'code'>;
  readonly change: ReleaseSettingsChange;
  readonly encryptionKey: Uint8Array;
}

/**
 * Changes release settings; what is left out stays (REL-2). The audit log gets the old and new
 * values, of the credential only that it was set. Throws `PermissionDenied`, and `InvalidInput`
 * with a finding for every approver who is nobody in the tenant.
 */
export async function changeReleaseSettings(
  database: Database,
  caller: Caller,
  { tenant, change, encryptionKey }: SettingsChange,
): Promise<ReleaseSettings> {
  const object = `tenant/${tenant.code}/release-settings`;
  const attempt = { caller, tenantId: tenant.id, action: 'tenant.settings.edit', object } as const;
  return auditedChange(database, attempt, async (trx, note) => {
    await checkApprovers(trx, tenant.id, change);
    // Whoever changes the same settings waits here, so that the audit log tells true old values.
    await trx('tenants').where({ id: tenant.id }).forNoKeyUpdate().first('id');
    const row = await findReleaseSettings(trx, tenant.id);
    const before = toReleaseSettings(row);
    const columns = {
      ...toColumns(change, (credential) =>
        sealSecret(encryptionKey, credential, credentialContext(tenant.id)),
      ),
      ...toOverlap(change, row),
    };
    const stamp = { updated_at: trx.fn.now(), updated_by: caller.name };
    await trx('release_settings')
      .insert({ tenant_id: tenant.id, ...columns, ...stamp })
      .onConflict('tenant_id')
      .merge({ ...columns, ...stamp });
    const after = toReleaseSettings(await findReleaseSettings(trx, tenant.id));
    note({ changes: describeChanges(change, before, after) });
    return after;
  });
}

function toColumns(
  change: ReleaseSettingsChange,
  seal: (credential: string) => Buffer,
): Record<string, unknown> {
  const columns: Record<string, unknown> = {};
  for (const field of settingFields) {
    const value = change[field];
    if (value === undefined) continue;
    columns[columnOf[field]] = typeof value === 'object' ? JSON.stringify(value) : value;
  }
  if (change.credential !== undefined) {
    columns[columnOf.credential] = seal(change.credential);
    columns['credential_set_at'] = new Date();
  }
  return columns;
}

/**
 * What becomes of the credential before: it counts for the overlap and no longer. An overlap that
 * is given alone can only shorten the one there is.
 */
function toOverlap(
  { credential, credentialOverlapMs }: ReleaseSettingsChange,
  row: ReleaseSettingsRow | undefined,
): Record<string, unknown> {
  const asked = new Date(Date.now() + (credentialOverlapMs ?? 0));
  const standing = overlapsUntil(row);
  const until =
    credential !== undefined || (standing !== null && credentialOverlapMs !== undefined)
      ? earlier(asked, credential === undefined ? standing : null)
      : standing;
  const former =
    credential === undefined ? row?.previous_sealed_credential : row?.sealed_credential;
  const counts = until !== null && until.getTime() > Date.now() && (former ?? null) !== null;
  return {
    previous_sealed_credential: counts ? former : null,
    previous_credential_until: counts ? until : null,
  };
}

function earlier(one: Date, other: Date | null): Date {
  return other !== null && other.getTime() < one.getTime() ? other : one;
}

function describeChanges(
  change: ReleaseSettingsChange,
  before: ReleaseSettings,
  after: ReleaseSettings,
): Record<string, unknown> {
  const described: Record<string, unknown> = {};
  for (const field of settingFields) {
    if (change[field] === undefined) continue;
    described[field] =
      field === 'credential'
        ? { from: before.credentialSetAt === null ? null : 'set', to: 'set' }
        : { from: before[field], to: after[field] };
  }
  if (before.previousCredentialUntil !== after.previousCredentialUntil) {
    described['previousCredentialUntil'] = {
      from: before.previousCredentialUntil,
      to: after.previousCredentialUntil,
    };
  }
  return described;
}

async function checkApprovers(
  trx: Knex.Transaction,
  tenantId: number,
  change: ReleaseSettingsChange,
): Promise<void> {
  const named = (['exportApproval', 'publishApproval', 'importApproval'] as const).flatMap(
    (field) => namesIn(change[field]).map((name) => ({ field, name })),
  );
  const known = await findRecipients(trx, tenantId, { people: named.map((one) => one.name) });
  const findings = named
    .filter((one) => !known.some((person) => person.name === one.name))
    .map((one): Finding => ({
      code: 'ApproverUnknown',
      severity: 'error',
      object: { type: 'input', project: null, code: one.field },
      reason: `${one.field}: ${one.name} holds no role in the tenant`,
      fix: 'Add this person first (gantry person add), or name another.',
      overridable: false,
    }));
  if (findings.length === 0) return;
  const people = findings.map((_finding, index) => named[index]?.name ?? '');
  throw new PipelineError('InvalidInput', { people }, { findings });
}

function namesIn(policy: ApprovalPolicy | undefined): string[] {
  if (policy?.kind !== 'approvers') return [];
  return policy.approvers.flatMap((approver) => ('person' in approver ? [approver.person] : []));
}
