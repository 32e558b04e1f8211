import { z } from 'zod';
import { assetCategories, assetTypeCodes, type AssetTypeCode } from '../catalog/asset-types';
import { AssetRef } from '../catalog/catalog-queries';
import { TenantCode } from '../tenants/tenant';
import { publishChanges, publishStatuses } from './publish-status';

/** The most objects, and the most names, that one call takes (REL-36). */
export const maxNames = 1_000;

const RequestId = z
  .string()
  .regex(/^[A-Za-z0-9._-]{1,100}$/, 'is not 1 to 100 of A-Z, a-z, 0-9, . _ -')
  .optional();

const type = z.enum(assetTypeCodes as [AssetTypeCode, ...AssetTypeCode[]]);

/** What narrows the list; every choice narrows, none means any (REL-36). */
export const PublishFilter = z.strictObject({
  types: z.array(type).optional(),
  categories: z.array(z.enum(assetCategories)).optional(),
  changeTypes: z.array(z.enum(publishChanges)).optional(),
  /** Exact names or codes, up to 1,000. */
  names: z.array(z.string().min(1).max(255)).min(1).max(maxNames).optional(),
});
export type PublishFilter = z.infer<typeof PublishFilter>;

/** An object of the list, by its identity. */
export const PublishObjectKey = AssetRef.omit({ tenant: true });
export type PublishObjectKey = z.infer<typeof PublishObjectKey>;

/**
 * What is chosen from the list (REL-39): these objects, all that is to be published, that of it which
 * fits a filter, or what failed. Kept with the run.
 */
export const PublishSelection = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('objects'),
    objects: z.array(PublishObjectKey).min(1).max(maxNames),
  }),
  z.strictObject({ kind: z.literal('all') }),
  z.strictObject({ kind: z.literal('filter'), filter: PublishFilter }),
  z.strictObject({ kind: z.literal('failed'), publishing: z.string().max(200).nullable() }),
]);
export type PublishSelection = z.infer<typeof PublishSelection>;

/** Asks for publishing: exactly one of `objects`, `all` and `filter`. */
export const PublishRequest = z
  .strictObject({
    tenant: TenantCode,
    objects: z.array(PublishObjectKey).min(1).max(maxNames).optional(),
    all: z.literal(true).optional(),
    filter: PublishFilter.optional(),
    /** The same one is the same run (RUN-13). @default a new one a call */
    requestId: RequestId,
  })
  .refine(({ objects, all, filter }) => [objects, all, filter].filter((one) => one).length === 1, {
    message: 'names none or several of objects, all and filter',
    params: { finding: 'InputMissing', fix: 'Say which objects: objects, all, or a filter.' },
  });
export type PublishRequest = z.infer<typeof PublishRequest>;

/** Asks for another try of what failed, of one publishing or of all. */
export const PublishRetry = z.strictObject({
  tenant: TenantCode,
  publishing: z.string().min(1).max(200).optional(),
  requestId: RequestId,
});
export type PublishRetry = z.infer<typeof PublishRetry>;

/** A page of the list. */
export const PublishListQuery = PublishFilter.extend({
  tenant: TenantCode,
  statuses: z.array(z.enum(publishStatuses)).optional(),
  /** True for those that nothing hinders, false for the others. */
  publishable: z.boolean().optional(),
  limit: z.int().min(1).max(1000).default(100),
  /** `next` of the page before. */
  cursor: z.string().optional(),
});
export type PublishListQuery = z.infer<typeof PublishListQuery>;

const values = z.record(z.string(), z.json());

/** Connection and authentication information entered for a source that came without (REL-45). */
export const SourceSettingsInput = AssetRef.extend({
  connection: values.optional(),
  authentication: values.optional(),
}).refine((input) => input.connection !== undefined || input.authentication !== undefined, {
  message: 'has neither connection nor authentication',
  params: { finding: 'InputMissing', fix: 'Give what the source lacks.' },
});
export type SourceSettingsInput = z.infer<typeof SourceSettingsInput>;
