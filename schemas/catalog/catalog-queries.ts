import { z } from 'zod';
import { TenantCode } from '../tenants/tenant';
import { assetTypeCodes, type AssetCategory, type AssetTypeCode } from './asset-types';
import type { AssetDocument } from './asset-document';

const type = z.enum(assetTypeCodes as [AssetTypeCode, ...AssetTypeCode[]]);
const instant = z.iso.datetime({ offset: true });

/** An asset of a tenant; `project` is null for types of the tenant. */
export const AssetRef = z.strictObject({
  tenant: TenantCode,
  type,
  project: z.string().min(1).nullable().default(null),
  code: z.string().min(1),
});
export type AssetRef = z.infer<typeof AssetRef>;

/** An asset, or one of its versions. */
export const AssetVersionRef = AssetRef.extend({ version: z.int().min(1).optional() });
export type AssetVersionRef = z.infer<typeof AssetVersionRef>;

/** Which assets are wanted; every choice narrows. */
export const AssetQuery = z.strictObject({
  tenant: TenantCode,
  type: type.optional(),
  project: z.string().min(1).optional(),
  segment: z.string().min(1).optional(),
  /** A part of the code or the name, upper and lower case alike. */
  search: z.string().min(1).optional(),
  /** RFC 3339, inclusive. */
  changedFrom: instant.optional(),
  /** RFC 3339, exclusive. */
  changedTo: instant.optional(),
  /** True for the deleted ones alone. */
  deleted: z.boolean().default(false),
  limit: z.int().min(1).max(1000).default(100),
  /** `next` of the page before. */
  cursor: z.string().optional(),
});
export type AssetQuery = z.infer<typeof AssetQuery>;

/** What a list says of an asset. */
export interface AssetSummary {
  readonly type: string;
  readonly project: string | null;
  readonly code: string;
  readonly segment: string | null;
  readonly name: string;
  readonly owner: string | null;
  /** RFC 3339 in UTC. */
  readonly changedAt: string;
  readonly changedBy: string | null;
  readonly version: number;
  /** SHA-256 of the canonical document, in hex. */
  readonly digest: string;
  readonly sizeBytes: number;
  readonly deletedAt: string | null;
}

/** A page of assets in the order of (type, project, code) by UTF-8 bytes. */
export interface AssetPage {
  readonly assets: readonly AssetSummary[];
  /** The cursor of the next page; null at the end. */
  readonly next: string | null;
}

/** A document with what the catalog knows of it; its secret members are null. */
export interface StoredAsset extends AssetSummary {
  readonly document: AssetDocument;
  /** True where secrets are stored, sealed, beside the document. */
  readonly hasSecrets: boolean;
}

/** One version; a deletion has no digest. */
export interface AssetVersion {
  readonly version: number;
  readonly digest: string | null;
  readonly sizeBytes: number | null;
  readonly changedAt: string;
  readonly changedBy: string | null;
  /** When Gantry saved it. */
  readonly savedAt: string;
}

/** What a tenant's catalog holds; deleted assets are only counted in `deleted`. */
export interface CatalogStats {
  readonly assets: number;
  readonly deleted: number;
  /** Bytes of the canonical documents. */
  readonly sizeBytes: number;
  readonly types: readonly {
    readonly category: AssetCategory;
    readonly type: string;
    readonly assets: number;
    readonly sizeBytes: number;
  }[];
  readonly references: number;
  /** References that name no asset of the tenant. */
  readonly danglingReferences: number;
  /** Names the whole catalog: the same for two tenants that hold the same. In hex. */
  readonly digest: string;
}
