import { isPlainObject } from '../schemas/catalog/asset-document';
import { PackageEntry, PackageManifest } from '../schemas/releases/manifest';
import type { ArchiveEntry } from './archive-reader';
import { faultsOf, isCanonical, parseJson } from './json-entry';
import { measureJson } from './json-extent';
import type { FindingList } from './package-findings';

/** No manifest of a package is larger, and a worker with little memory can hold so much of one. */
const limits = { bytes: 64 * 2 ** 20, values: 1_500_000, depth: 64 } as const;
/** Of these values, those beside the list of entries and the scope, each of which may have a fault. */
const otherValuesAtMost = 200_000;
/** Faults that follow say nothing new. */
const entryFaultsAtMost = 20;

/** A manifest and the exact bytes that are sealed. */
export interface ReadManifest {
  readonly manifest: PackageManifest;
  readonly manifestBytes: Buffer;
}

/**
 * Reads `manifest.json`. Undefined, with the reasons among the findings, where it does not follow the
 * format. What that takes is bounded, whatever the manifest was made for.
 */
export async function readManifest(
  entry: ArchiveEntry,
  findings: FindingList,
): Promise<ReadManifest | undefined> {
  if (entry.bytes > limits.bytes) {
    findings.add('ManifestTooLarge', { detail: `${entry.bytes} bytes` });
    return undefined;
  }
  const manifestBytes = await entry.read();
  const { values, depth } = measureJson(manifestBytes);
  if (values > limits.values || depth > limits.depth) {
    findings.add('ManifestTooLarge', { detail: `${values} values, ${depth} levels` });
    return undefined;
  }
  const value = parseJson(manifestBytes);
  if (value === undefined) {
    findings.add('ManifestNotJson');
    return undefined;
  }
  const manifest = parseManifest(value, findings);
  if (manifest === undefined) return undefined;
  if (!isCanonical(value, manifestBytes)) findings.add('ManifestNotCanonical');
  return { manifest, manifestBytes };
}

function parseManifest(value: unknown, findings: FindingList): PackageManifest | undefined {
  const { formatVersion = 1, entries, scope, ...others } = isPlainObject(value) ? value : {};
  if (formatVersion !== 1) {
    findings.add('FormatVersionUnknown', { detail: JSON.stringify(formatVersion) });
    return undefined;
  }
  const { values } = measureJson(Buffer.from(JSON.stringify(others)));
  if (values > otherValuesAtMost) {
    findings.add('ManifestTooLarge', { detail: `${values} values beside entries and scope` });
    return undefined;
  }
  const list = Array.isArray(entries) ? (entries as unknown[]) : undefined;
  const withoutEntries =
    list === undefined ? value : { ...others, formatVersion, scope, entries: [] };
  const parsed = PackageManifest.safeParse(withoutEntries);
  const faults = [
    ...(parsed.success ? [] : faultsOf(parsed.error)),
    ...(list === undefined ? [] : findEntryFaults(list)),
  ];
  for (const detail of faults) findings.add('ManifestInvalid', { detail });
  return parsed.success && faults.length === 0
    ? { ...parsed.data, entries: (list ?? []) as PackageEntry[] }
    : undefined;
}

/** One by one, as a list of a million faults is larger than what has them. */
function findEntryFaults(entries: readonly unknown[]): string[] {
  const faults: string[] = [];
  for (const [index, entry] of entries.entries()) {
    const { error } = PackageEntry.safeParse(entry);
    if (error !== undefined) faults.push(...faultsOf(error, ['entries', index]));
    if (faults.length >= entryFaultsAtMost) break;
  }
  return faults;
}
