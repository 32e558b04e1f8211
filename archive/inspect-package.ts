import type { PackageManifest } from '../schemas/releases/manifest';
import type { Finding } from '../schemas/runs/finding';
import type { ArchiveLimits } from './archive-limits';
import type { ArchiveSource } from './archive-source';
import { takeInventory } from './entry-inventory';
import { openPackage } from './open-package';
import { FindingList } from './package-findings';
import { digestFrom } from './packing-check';

/** What a package says about itself. */
export interface PackageInspection {
  readonly findings: readonly Finding[];
  /** SHA-256 of the whole file in hex. */
  readonly digest: string;
  readonly bytes: number;
  /** Bytes of all entries, unpacked; 0 where the archive is refused. */
  readonly contentBytes: number;
  readonly manifest?: PackageManifest;
  readonly seal?: { readonly algorithm: string; readonly isSigned: boolean };
}

/**
 * Reads manifest and seal of a package and compares the manifest's list with the entries that are
 * there; their content is not read, `verifyPackage` does that.
 */
export async function inspectPackage(
  source: ArchiveSource,
  limits: Partial<ArchiveLimits> = {},
): Promise<PackageInspection> {
  const findings = new FindingList();
  const opened = await openPackage(source, findings, limits);
  if (opened !== undefined) takeInventory(opened, findings);
  const { manifest, seal, archive } = opened ?? {};
  return {
    findings: findings.all,
    digest: await digestFrom(source, 0),
    bytes: source.size,
    contentBytes: (archive?.entries ?? []).reduce((sum, entry) => sum + entry.bytes, 0),
    ...(manifest === undefined ? {} : { manifest }),
    ...(seal === undefined
      ? {}
      : { seal: { algorithm: seal.algorithm, isSigned: seal.signature !== undefined } }),
  };
}
