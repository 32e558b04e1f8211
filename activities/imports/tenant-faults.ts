import {
  categoryFeatures,
  findAssetType,
  type AssetCategory,
} from '../../schemas/catalog/asset-types';
import { importFinding } from '../../schemas/imports/import-findings';
import type { PackageManifest } from '../../schemas/releases/manifest';
import type { Finding } from '../../schemas/runs/finding';
import type { TenantRow } from '../../store/tenants/find-tenant';

/**
 * What in a package does not suit a tenant: its product version, compute engines, engine mode
 * (REL-29), and objects of features that are off (REL-14).
 */
export function findTenantFaults(manifest: PackageManifest, tenant: TenantRow): Finding[] {
  const findings: Finding[] = [];
  const differ = (
    code: 'ProductVersionDiffers' | 'EngineTypesDiffer' | 'EngineModeDiffers',
    values: readonly [source: string, here: string],
  ): void => {
    const [source, here] = values;
    if (source !== here)
      findings.push(importFinding(code, { detail: `${source} there, ${here} here` }));
  };
  differ('ProductVersionDiffers', [manifest.productVersion, tenant.product_version]);
  differ('EngineTypesDiffer', [
    toList(manifest.engines.map(({ type }) => type)),
    toList(tenant.engines),
  ]);
  differ('EngineModeDiffers', [manifest.engineMode, tenant.engine_mode]);
  return [...findings, ...findFeatureFaults(manifest, tenant)];
}

function findFeatureFaults({ counts }: PackageManifest, tenant: TenantRow): Finding[] {
  const categories = new Map<AssetCategory, number>();
  for (const [type, count] of Object.entries(counts.byType)) {
    const category = findAssetType(type)?.category;
    if (category !== undefined) categories.set(category, (categories.get(category) ?? 0) + count);
  }
  return [...categories].flatMap(([category, count]) => {
    const feature = (categoryFeatures as Partial<Record<AssetCategory, string>>)[category];
    if (feature === undefined || tenant.features.includes(feature)) return [];
    return [
      importFinding('FeatureOff', {
        object: { type: 'category', project: null, code: category },
        detail: `${feature}, ${count} objects`,
      }),
    ];
  });
}

function toList(names: readonly string[]): string {
  return [...new Set(names)].sort().join(', ');
}
