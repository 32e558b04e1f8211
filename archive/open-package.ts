import { isUtf8 } from 'node:buffer';
import type { z } from 'zod';
import { PackageManifest } from '../schemas/releases/manifest';
import { PackageSeal } from '../schemas/releases/seal';
import type { ArchiveLimits } from './archive-limits';
import { openArchive, type Archive, type ArchiveEntry } from './archive-reader';
import type { ArchiveSource } from './archive-source';
import { canonicalize } from './canonical-json';
import { refusalFindings } from './check-archive';
import type { FindingList } from './package-findings';
import { manifestPath, sealPath } from './package-layout';

const maximumManifestBytes = 256 * 2 ** 20;
const maximumSealBytes = 64 * 1024;

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
    if (first?.path !== manifestPath || first.bytes > maximumManifestBytes) {
      findings.add('ManifestMissing');
      return undefined;
    }
    const manifestBytes = await first.read();
    const manifest = parseManifest(manifestBytes, findings);
    if (manifest === undefined) return undefined;
    return { archive, manifest, manifestBytes, seal: await readSeal(second, findings) };
  } catch (error) {
    findings.addAll(refusalFindings(error));
    return undefined;
  }
}

function parseManifest(bytes: Buffer, findings: FindingList): PackageManifest | undefined {
  const value = parseJson(bytes);
  if (value === undefined) {
    findings.add('ManifestNotJson');
    return undefined;
  }
  const version =
    typeof value === 'object' && value !== null && 'formatVersion' in value
      ? value.formatVersion
      : 1;
  if (version !== 1) {
    findings.add('FormatVersionUnknown', { detail: JSON.stringify(version) });
    return undefined;
  }
  const parsed = PackageManifest.safeParse(value);
  if (!parsed.success) {
    for (const issue of parsed.error.issues)
      findings.add('ManifestInvalid', { detail: describeIssue(issue) });
    return undefined;
  }
  if (!isCanonical(value, bytes)) findings.add('ManifestNotCanonical');
  return parsed.data;
}

async function readSeal(
  entry: ArchiveEntry | undefined,
  findings: FindingList,
): Promise<PackageSeal | undefined> {
  if (entry?.path !== sealPath) {
    findings.add('SealMissing');
    return undefined;
  }
  const bytes = entry.bytes > maximumSealBytes ? undefined : await entry.read();
  const value = bytes === undefined ? undefined : parseJson(bytes);
  const parsed = PackageSeal.safeParse(value);
  if (!parsed.success) {
    for (const issue of parsed.error.issues)
      findings.add('SealInvalid', { detail: describeIssue(issue) });
    return undefined;
  }
  if (bytes !== undefined && !isCanonical(value, bytes))
    findings.add('SealInvalid', { detail: 'not canonical' });
  return parsed.data;
}

function parseJson(bytes: Buffer): unknown {
  try {
    return isUtf8(bytes) ? JSON.parse(bytes.toString('utf8')) : undefined;
  } catch {
    return undefined;
  }
}

function isCanonical(value: unknown, bytes: Buffer): boolean {
  try {
    return Buffer.from(canonicalize(value), 'utf8').equals(bytes);
  } catch {
    return false;
  }
}

function describeIssue(issue: z.core.$ZodIssue): string {
  return `${issue.path.map(String).join('.')}: ${issue.message}`;
}
