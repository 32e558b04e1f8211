import type { PathAllocator } from './entry-path';

export const manifestPath = 'manifest.json';
export const sealPath = 'seal.json';
export const requirementsPath = 'requirements.ndjson';
export const deletionsPath = 'deletions.ndjson';

/** A document has at most half of it before its secrets are encrypted. */
export const maximumLineBytes = 16 * 2 ** 20;

/** Where an objects file is full: whichever comes first (REL-25). */
export const objectFileLimits = { bytes: 64_000_000, objects: 50_000 } as const;

/** `~` never comes out of a name, so that no project can have this folder. */
const tenantFolder = '~tenant';

/** The path of a create-table statement; one allocator serves all statements of a package, in order (REL-25). */
export function statementPath(
  paths: PathAllocator,
  identity: { project: string | null; code: string },
): string {
  const { project, code } = identity;
  const folder = project === null ? `ddl/${tenantFolder}` : paths.allocateFolder('ddl', project);
  return paths.allocateFile(folder, code, '.sql');
}
