import { z } from 'zod';
import { assetTypeCodes, type AssetTypeCode } from '../catalog/asset-types';
import type { AssetDocument } from '../catalog/asset-document';
import { AssetIdentity } from '../releases/scope';
import type { PackageManifest, PackageRequirement } from '../releases/manifest';
import type { Finding } from '../runs/finding';
import { TenantCode } from '../tenants/tenant';
import type { PlanCounts } from './activities';
import type { ImportOptions } from './import-options';
import { planChanges, planDecisions, type PlanChange, type PlanDecision } from './three-way';

/** How an import stands (REL-28). */
export const importStates = [
  'running',
  'waiting for approval',
  'checked',
  'planned',
  'imported',
  'nothing to do',
  'undone',
  'rejected',
  'failed',
  'cancelled',
] as const;
export type ImportState = (typeof importStates)[number];

/** A line of the list of imports (REL-28). */
export interface ImportSummary {
  /** `imp_…`. */
  readonly id: string;
  /** An undo is an import of what was there before (REL-41). */
  readonly kind: 'import' | 'undo';
  /** The last step that is done: a check ends after `verify`, a plan after `plan`. */
  readonly until: 'verify' | 'plan' | 'register';
  readonly fileName: string;
  /** Code of the tenant that exported the package; null before it was opened, and for an undo. */
  readonly sourceTenant: string | null;
  readonly packageId: string | null;
  /** SHA-256 of the package file, hex. */
  readonly packageDigest: string | null;
  readonly sizeBytes: number | null;
  readonly operator: string;
  readonly state: ImportState;
  /** `parked` while its run waits for an operator. */
  readonly warning: 'parked' | null;
  readonly createdAt: Date;
  readonly appliedAt: Date | null;
  /** Of the plan, and how many objects are on the list to be published; null before it was planned. */
  readonly counts: (PlanCounts & { readonly toPublish?: number }) | null;
  /** The import that this one undoes, and the one that undid this one. */
  readonly undoes: string | null;
  readonly undoneBy: string | null;
  /** Its last run. */
  readonly runId: string;
}

/** What a package says of itself, without its list of entries. */
export type PackageHead = Omit<PackageManifest, 'entries'>;

/** An import with its plan. */
export interface Import extends ImportSummary {
  readonly tenant: string;
  readonly manifest: PackageHead | null;
  readonly options: ImportOptions;
  /** SHA-256 in hex, which approvals are for (REL-32); null before it was planned. */
  readonly planDigest: string | null;
  /** What the plan found, and once the run has ended what the whole run found. */
  readonly findings: readonly Finding[];
  /** Why it did not succeed; null where it did or is under way. */
  readonly reason: string | null;
}

/** Which imports to list: filters that all have to hold. */
export const ImportQuery = z.strictObject({
  tenant: TenantCode,
  /** A part of the file's name, in any case. */
  search: z.string().min(1).max(255).optional(),
  states: z.array(z.enum(importStates)).min(1).optional(),
  kinds: z
    .array(z.enum(['import', 'undo']))
    .min(1)
    .optional(),
  operator: z.string().min(1).optional(),
  limit: z.int().min(1).max(1000).default(50),
  cursor: z.string().optional(),
});
export type ImportQuery = z.infer<typeof ImportQuery>;

/** One page of the list. */
export interface ImportList {
  readonly imports: readonly ImportSummary[];
  /** The cursor of the next page; null on the last one. */
  readonly next: string | null;
}

/** Which import of which tenant. */
export const ImportRef = z.strictObject({
  tenant: TenantCode,
  import: z.string().min(1).max(200),
});
export type ImportRef = z.infer<typeof ImportRef>;

/** Which objects of a plan to list: filters that all have to hold (REL-31). */
export const PlanObjectQuery = ImportRef.extend({
  changes: z.array(z.enum(planChanges)).min(1).optional(),
  decisions: z.array(z.enum(planDecisions)).min(1).optional(),
  types: z
    .array(z.enum(assetTypeCodes as [AssetTypeCode, ...AssetTypeCode[]]))
    .min(1)
    .optional(),
  limit: z.int().min(1).max(1000).default(100),
  cursor: z.string().optional(),
});
export type PlanObjectQuery = z.infer<typeof PlanObjectQuery>;

/** An object that a plan has something to say about; digests are hex, null for what is not there. */
export interface PlanObject {
  readonly type: string;
  readonly project: string | null;
  readonly code: string;
  readonly change: PlanChange;
  readonly decision: PlanDecision;
  /** What the last import brought. */
  readonly baseDigest: string | null;
  /** What the tenant has. */
  readonly targetDigest: string | null;
  readonly targetVersion: number | null;
  /** What comes; null for a deletion. */
  readonly digest: string | null;
  readonly sizeBytes: number | null;
}

/** One page of the objects of a plan, in the order of type, project and code. */
export interface PlanObjectList {
  readonly planDigest: string;
  readonly objects: readonly PlanObject[];
  readonly next: string | null;
}

/** Which missing references of a plan to list. */
export const PlanReferenceQuery = ImportRef.extend({
  limit: z.int().min(1).max(1000).default(100),
  cursor: z.string().optional(),
});
export type PlanReferenceQuery = z.infer<typeof PlanReferenceQuery>;

/** One page of what objects of the package refer to and nobody has, by type, project and code. */
export interface PlanReferenceList {
  readonly references: readonly PackageRequirement[];
  readonly next: string | null;
}

/** Which object of which plan to compare. */
export const PlanObjectRef = ImportRef.extend({ object: AssetIdentity });
export type PlanObjectRef = z.infer<typeof PlanObjectRef>;

/** One of the three sides of a comparison. */
export interface ComparedSide {
  /** SHA-256 in hex; null where there is nothing. */
  readonly digest: string | null;
  /** Its document, with secrets null; null where there is nothing, and where it is not stored (yet). */
  readonly document: AssetDocument | null;
}

/** The three sides of an object of a plan (REL-31): the base, the tenant's, and what comes. */
export interface ObjectComparison extends PlanObject {
  readonly base: ComparedSide;
  readonly target: ComparedSide;
  readonly incoming: ComparedSide;
  /** Where the package has what comes, for who has to read it there; null for an undo. */
  readonly place: { readonly shard: number; readonly line: number } | null;
}
