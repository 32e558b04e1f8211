import { z } from 'zod';
import {
  assetCategories,
  assetTypeCodes,
  assetTypesOf,
  categoryFeatures,
  findAssetType,
  type AssetCategory,
  type AssetTypeCode,
} from '../catalog/asset-types';

/** How the objects of a release are chosen (REL-6, REL-8). */
export const ReleaseMethod = z.enum(['full', 'incremental', 'objects']);
export type ReleaseMethod = z.infer<typeof ReleaseMethod>;

const Name = z.string().min(1).max(512);
const AssetType = z.enum(assetTypeCodes as [AssetTypeCode, ...AssetTypeCode[]]);

/** Dates of the last change: `all`, or whole days from and to, both included, in the tenant's time zone (REL-11). */
export const ChangeDates = z.union([
  z.literal('all'),
  z
    .strictObject({ from: z.iso.date(), to: z.iso.date() })
    .refine((dates) => dates.from <= dates.to, {
      message: 'ends before it begins',
      params: { finding: 'ScopeDatesReversed', fix: 'Give the earlier day as from.' },
    }),
]);
export type ChangeDates = z.infer<typeof ChangeDates>;

/** The identity of an asset; `project` is null for tenant-wide types. */
export const AssetIdentity = z.strictObject({
  type: AssetType,
  project: Name.nullable(),
  code: Name,
});
export type AssetIdentity = z.infer<typeof AssetIdentity>;

/** Everything of the tenant. */
export const FullScope = z.strictObject({ method: z.literal('full') });
export type FullScope = z.infer<typeof FullScope>;

/** What changed in a range of days, of some types, projects and segments; no segment chosen means any. */
export const IncrementalScope = z
  .strictObject({
    method: z.literal('incremental'),
    changed: ChangeDates,
    categories: z.array(z.enum(assetCategories)).default([]),
    types: z.array(AssetType).default([]),
    projects: z.array(Name).min(1, {
      error: 'names no project',
    }),
    segments: z.array(Name).default([]),
  })
  .refine((scope) => scope.categories.length + scope.types.length > 0, {
    path: ['types'],
    message: 'names neither a type nor a category',
    params: { finding: 'ScopeTypesMissing', fix: 'Choose at least one type or category.' },
  });
export type IncrementalScope = z.infer<typeof IncrementalScope>;

/** An explicit list, with or without all that it depends on. */
export const ObjectsScope = z.strictObject({
  method: z.literal('objects'),
  objects: z.array(AssetIdentity).min(1, { error: 'names no object' }).max(100_000),
  withDependencies: z.boolean().default(false),
});
export type ObjectsScope = z.infer<typeof ObjectsScope>;

/** A scope that stands for itself: what it carries does not depend on another package (REL-8). */
export const StandaloneScope = z.discriminatedUnion('method', [
  FullScope,
  IncrementalScope,
  ObjectsScope,
]);
export type StandaloneScope = z.infer<typeof StandaloneScope>;

/**
 * What differs from a base package within the scope of the package its chain begins with (REL-16).
 * Drafts may name the base by its id, its release or its digest; its id is what is saved.
 */
export const ChainScope = z.strictObject({
  method: z.literal('incremental'),
  base: z.strictObject({ packageId: z.string().min(1).max(200) }),
});
export type ChainScope = z.infer<typeof ChainScope>;

/** What a release carries, in the words of whoever made the draft (REL-8, REL-16). */
export const ReleaseScope = z.union([ChainScope, StandaloneScope]);
export type ReleaseScope = z.infer<typeof ReleaseScope>;

/** True for a scope that names a base package. */
export function isChain(scope: ReleaseScope): scope is ChainScope {
  return 'base' in scope;
}

/** The categories that a tenant with these features is offered (REL-14). */
export function offeredCategories(features: readonly string[]): AssetCategory[] {
  const needed: Partial<Record<AssetCategory, string>> = categoryFeatures;
  return assetCategories.filter((category) => {
    const feature = needed[category];
    return feature === undefined || features.includes(feature);
  });
}

/** The types that a tenant with these features is offered, sorted (REL-13, REL-14). */
export function offeredTypes(features: readonly string[]): AssetTypeCode[] {
  return [...new Set(offeredCategories(features).flatMap(assetTypesOf))].sort();
}

/** The types an incremental scope chooses, each once, sorted (REL-13). */
export function chosenTypes(scope: IncrementalScope): AssetTypeCode[] {
  return [...new Set([...scope.types, ...scope.categories.flatMap(assetTypesOf)])].sort();
}

/** The category a type is packed under; `global` for a name that is no type. */
export function categoryOf(type: string): AssetCategory {
  return findAssetType(type)?.category ?? 'global';
}
