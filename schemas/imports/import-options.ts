import { z } from 'zod';
import { assetTypeCodes, type AssetTypeCode } from '../catalog/asset-types';
import { AssetIdentity } from '../releases/scope';

/** What becomes of an object that was changed on both sides (REL-31). */
export const ConflictPolicy = z.enum(['overwrite', 'skip', 'fail']);
export type ConflictPolicy = z.infer<typeof ConflictPolicy>;

const AssetType = z.enum(assetTypeCodes as [AssetTypeCode, ...AssetTypeCode[]]);

/** Policies for true conflicts: of an object, else of its type, else the default. */
export const ConflictPolicies = z.strictObject({
  default: ConflictPolicy.default('fail'),
  types: z.partialRecord(AssetType, ConflictPolicy).default({}),
  objects: z
    .array(AssetIdentity.extend({ policy: ConflictPolicy }))
    .max(100_000)
    .default([]),
});
export type ConflictPolicies = z.infer<typeof ConflictPolicies>;

/** How an import is to be done; stands in the import's record, never in a history. */
export const ImportOptions = z.strictObject({
  policies: ConflictPolicies.prefault({}),
  /** Version of the mapping of (source, target); null for none. Fixed when the package is opened. */
  mappingVersion: z.int().positive().nullable().default(null),
  /** The plan must be this one, or nothing is applied: SHA-256 in hex. */
  expectedPlan: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
});
export type ImportOptions = z.infer<typeof ImportOptions>;
