import { z } from 'zod';
import { secretScanModes, type SecretScanMode } from '../detection/suspected-secret';
import { tidiedFolders } from '../ids';
import { ApprovalPolicy } from '../runs/approval-policy';

/** The release settings, in the order in which people see them (REL-2). */
export const settingFields = [
  'credential',
  'retentionDays',
  'storagePrefix',
  'permissionVerification',
  'autoGrant',
  'exportApproval',
  'publishApproval',
  'importApproval',
  'takesMode',
  'demandSignature',
  'demandSequence',
  'secretScan',
] as const;
/** Settings that need not be set: nothing set is a decision too. */
export const optionalSettingFields: readonly SettingField[] = [
  'importApproval',
  'takesMode',
  'demandSignature',
  'demandSequence',
  'secretScan',
];

export type SettingField = (typeof settingFields)[number];

/** Changes of release settings: what is left out stays as it is (REL-2). */
export const ReleaseSettingsChange = z
  .strictObject({
    /** Shared by source and target tenants; it seals packages and is never shown again. */
    credential: z
      .string()
      .min(12, 'is shorter than 12 characters')
      .max(1024, 'is longer than 1024 characters')
      .regex(/^\P{Cc}*$/u, 'has control characters')
      .optional(),
    /**
     * Milliseconds for which packages that were sealed with the credential before still count; new
     * ones are sealed with the new one at once. Alone it shortens an overlap, 0 ends it.
     * @default 0 where a credential is given
     */
    credentialOverlapMs: z
      .int()
      .min(0)
      .max(366 * 24 * 60 * 60 * 1000, 'is more than 366 days')
      .optional(),
    /** Days until a package's file is deleted. */
    retentionDays: z.int().min(1).max(36_500).optional(),
    /** Folder of the packages in the object store. */
    storagePrefix: z
      .string()
      .max(200, 'is longer than 200 characters')
      .regex(
        /^[A-Za-z0-9_-][A-Za-z0-9._-]*(\/[A-Za-z0-9_-][A-Za-z0-9._-]*)*$/,
        'is not a path of A-Z, a-z, 0-9, . _ - whose parts do not start with a dot',
      )
      .refine((prefix) => !tidiedFolders.includes(prefix.split('/')[0] ?? ''), {
        message: `begins with a folder that Gantry tidies: ${tidiedFolders.join(', ')}`,
      })
      .optional(),
    /** Whether publishing checks the production account's permissions (REL-38). */
    permissionVerification: z.boolean().optional(),
    /** Whether missing ones are granted; asked for only where they are verified. */
    autoGrant: z.boolean().optional(),
    exportApproval: ApprovalPolicy.optional(),
    publishApproval: ApprovalPolicy.optional(),
    /** Whether the plan of an import needs approval; none where it is not set. */
    importApproval: ApprovalPolicy.optional(),
    /** Whether runs take the mode `cross-tenant-publishing` themselves and end it after (REL-4). */
    takesMode: z.boolean().optional(),
    /** Whether imported packages have to be signed with a trusted key (REL-29). */
    demandSignature: z.boolean().optional(),
    /** Whether imported packages have to follow one another in their chain (REL-29). */
    demandSequence: z.boolean().optional(),
    /** What a suspected secret in a package to be exported or imported is (REL-26). @default 'warn' */
    secretScan: z.enum(secretScanModes).optional(),
  })
  .refine((change) => Object.values(change).some((value) => value !== undefined), {
    message: 'changes nothing',
    params: { finding: 'InputMissing', fix: 'Give at least one setting.' },
  });
export type ReleaseSettingsChange = z.infer<typeof ReleaseSettingsChange>;

/** The release settings as administrators see them: of the credential only when it was set (REL-2). */
export interface ReleaseSettings {
  readonly credentialSetAt: string | null;
  /** Until when the credential before counts too; null where there is none. */
  readonly previousCredentialUntil: string | null;
  readonly retentionDays: number | null;
  readonly storagePrefix: string | null;
  readonly permissionVerification: boolean | null;
  readonly autoGrant: boolean | null;
  readonly exportApproval: ApprovalPolicy | null;
  readonly publishApproval: ApprovalPolicy | null;
  readonly importApproval: ApprovalPolicy | null;
  readonly takesMode: boolean;
  readonly demandSignature: boolean;
  readonly demandSequence: boolean;
  readonly secretScan: SecretScanMode;
  readonly updatedAt: string | null;
  readonly updatedBy: string | null;
  /** What has to be set before a package can be exported; empty when nothing has. */
  readonly missing: readonly SettingField[];
}
