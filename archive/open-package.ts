import type { PackageManifest } from '../schemas/releases/manifest';
import type { PackageSeal } from '../schemas/releases/seal';
import type { ArchiveLimits } from './archive-limits';
import { openArchive, type Archive } from './archive-reader';
import type { ArchiveSource } from './archive-source';
import { refusalFindings } from './check-archive';
import type { FindingList } from './package-findings';
import { manifestPath } from './package-layout';
import { readManifest } from './read-manifest';
import { readSeal } from './read-seal';

/** A package whose archive is safe and whose manifest follows the format. */
export interface OpenPackage {
  readonly archive: Archive;
  readonly manifest: PackageManifest;
  /** The exact bytes that are sealed. */
  readonly manifestBytes: Buffer;
  readonly seal: PackageSeal | undefined;
}

/**
 * Opens a package as far as its manifest and seal. Undefined, with the reasons among the findings,
 * where the archive or the manifest is broken: nothing more can be said then (REL-29).
 */
export async function openPackage(
  source: ArchiveSource,
  findings: FindingList,
  limits: Partial<ArchiveLimits> = {},
): Promise<OpenPackage | undefined> {
  try {
    const archive = await openArchive(source, limits);
    const [first, second] = archive.entries;
    if (first?.path !== manifestPath) {
      findings.add('ManifestMissing');
      return undefined;
    }
    const read = await readManifest(first, findings);
    return read && { archive, ...read, seal: await readSeal(second, findings) };
  } catch (error) {
    findings.addAll(refusalFindings(error));
    return undefined;
  }
}
