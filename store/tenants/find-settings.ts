import type { ApprovalPolicy } from '../../schemas/runs/approval-policy';
import type { SecretScanMode } from '../../schemas/detection/suspected-secret';
import { PipelineError } from '../../schemas/pipeline-error';
import {
  optionalSettingFields,
  settingFields,
  type ReleaseSettings,
  type SettingField,
} from '../../schemas/tenants/release-settings';
import type { Connection } from '../database/connect';
import { openSecret } from '../secrets/secret-box';

/** The release settings as their row says them; null is not set yet (REL-2). */
export interface ReleaseSettingsRow {
  readonly tenant_id: number;
  readonly sealed_credential: Buffer | null;
  readonly credential_set_at: Date | null;
  readonly previous_sealed_credential: Buffer | null;
  readonly previous_credential_until: Date | null;
  readonly package_retention_days: number | null;
  readonly storage_prefix: string | null;
  readonly permission_verification: boolean | null;
  readonly auto_grant: boolean | null;
  readonly export_approval: ApprovalPolicy | null;
  readonly publish_approval: ApprovalPolicy | null;
  readonly import_approval: ApprovalPolicy | null;
  readonly takes_mode: boolean;
  readonly demand_signature: boolean;
  readonly demand_sequence: boolean;
  readonly secret_scan: SecretScanMode;
  readonly updated_at: Date;
  readonly updated_by: string;
}

/** The release settings of a tenant, or undefined where nothing was ever set. */
export async function findReleaseSettings(
  connection: Connection,
  tenantId: number,
): Promise<ReleaseSettingsRow | undefined> {
  return connection<ReleaseSettingsRow>('release_settings').where({ tenant_id: tenantId }).first();
}

/**
 * What has to be set before a package can be exported (REL-2), in the order of `settingFields`;
 * auto-grant is asked for only where permissions are verified.
 */
export function missingSettings(row: ReleaseSettingsRow | undefined): SettingField[] {
  return settingFields
    .filter((field) => !optionalSettingFields.includes(field))
    .filter((field) => row === undefined || row[columnOf[field]] === null)
    .filter((field) => field !== 'autoGrant' || row?.permission_verification === true);
}

/** The settings as people see them: the credential stays where it is. */
export function toReleaseSettings(row: ReleaseSettingsRow | undefined): ReleaseSettings {
  return {
    credentialSetAt: row?.credential_set_at?.toISOString() ?? null,
    previousCredentialUntil: overlapsUntil(row)?.toISOString() ?? null,
    retentionDays: row?.package_retention_days ?? null,
    storagePrefix: row?.storage_prefix ?? null,
    permissionVerification: row?.permission_verification ?? null,
    autoGrant: row?.auto_grant ?? null,
    exportApproval: row?.export_approval ?? null,
    publishApproval: row?.publish_approval ?? null,
    importApproval: row?.import_approval ?? null,
    takesMode: row?.takes_mode ?? false,
    demandSignature: row?.demand_signature ?? false,
    demandSequence: row?.demand_sequence ?? false,
    secretScan: row?.secret_scan ?? 'warn',
    updatedAt: row?.updated_at.toISOString() ?? null,
    updatedBy: row?.updated_by ?? null,
    missing: missingSettings(row),
  };
}

/** Until when the credential before counts beside the present one; null where it does not any more. */
export function overlapsUntil(row: ReleaseSettingsRow | undefined): Date | null {
  const until = row?.previous_credential_until ?? null;
  return until !== null && until.getTime() > Date.now() ? until : null;
}

/**
 * The release credential in plain, for sealing packages alone; throws `SettingsIncomplete` where
 * none is set and `SecretUndecryptable` with another key (REL-2, RUN-20).
 */
export async function readReleaseCredential(
  connection: Connection,
  key: Uint8Array,
  tenantId: number,
): Promise<string> {
  const [credential] = await readReleaseCredentials(connection, key, tenantId);
  if (credential === undefined) {
    throw new PipelineError('SettingsIncomplete', { missing: ['credential'] });
  }
  return credential;
}

/**
 * The release credentials in plain with which seals are checked: the present one, then the one
 * before while they overlap (REL-29). Throws as `readReleaseCredential` does.
 */
export async function readReleaseCredentials(
  connection: Connection,
  key: Uint8Array,
  tenantId: number,
): Promise<string[]> {
  const row = await findReleaseSettings(connection, tenantId);
  const present = row?.sealed_credential ?? null;
  if (row === undefined || present === null) {
    throw new PipelineError('SettingsIncomplete', { missing: ['credential'] });
  }
  const previous = overlapsUntil(row) === null ? null : row.previous_sealed_credential;
  const sealed = previous === null ? [present] : [present, previous];
  return sealed.map((one) => openSecret(key, one, credentialContext(tenantId)));
}

/** What a sealed release credential is bound to. */
export function credentialContext(tenantId: number): string {
  return `tenant/${tenantId}/release-credential`;
}

/** The column of each setting. */
export const columnOf = {
  credential: 'sealed_credential',
  retentionDays: 'package_retention_days',
  storagePrefix: 'storage_prefix',
  permissionVerification: 'permission_verification',
  autoGrant: 'auto_grant',
  exportApproval: 'export_approval',
  publishApproval: 'publish_approval',
  importApproval: 'import_approval',
  takesMode: 'takes_mode',
  demandSignature: 'demand_signature',
  demandSequence: 'demand_sequence',
  secretScan: 'secret_scan',
} as const satisfies Record<SettingField, keyof ReleaseSettingsRow>;
