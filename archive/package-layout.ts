import { assetTypes, type AssetTypeCode } from '../schemas/catalog/asset-types';
import type { PathAllocator } from './entry-path';

/** The file name extension of a release package. */
export const packageExtension = '.dp';
export const manifestPath = 'manifest.json';
export const sealPath = 'seal.json';
export const requirementsPath = 'requirements.ndjson';
export const deletionsPath = 'deletions.ndjson';

/** Where an objects file is full: whichever comes first (REL-25). */
export const objectFileLimits = { bytes: 64_000_000, objects: 50_000 } as const;

/** `~` never comes out of a name, so that no project can have this folder. */
const tenantFolder = '~tenant';

/** The path of the n-th objects file of a type, counted from 1 (REL-25). */
export function objectFilePath(type: AssetTypeCode, number: number): string {
  return `objects/${assetTypes[type].category}/${type}/${String(number).padStart(4, '0')}.ndjson`;
}

/** The path of a resource with this SHA-256 (REL-25). */
export function resourcePath(sha256: string): string {
  return `resources/${sha256}`;
}

/** The path of a create-table statement; one allocator serves all statements of a package, in order (REL-25). */
export function statementPath(
  paths: PathAllocator,
  identity: { project: string | null; code: string },
): string {
  const { project, code } = identity;
  const folder = project === null ? `ddl/${tenantFolder}` : paths.allocateFolder('ddl', project);
  return paths.allocateFile(folder, code, '.sql');
}
