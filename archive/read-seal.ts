import { PackageSeal } from '../schemas/releases/seal';
import type { ArchiveEntry } from './archive-reader';
import { faultsOf, isCanonical, parseJson } from './json-entry';
import type { FindingList } from './package-findings';
import { sealPath } from './package-layout';

const maximumBytes = 64 * 1024;

/** Reads `seal.json`. Undefined, with the reasons among the findings, where it does not follow the format. */
export async function readSeal(
  entry: ArchiveEntry | undefined,
  findings: FindingList,
): Promise<PackageSeal | undefined> {
  if (entry?.path !== sealPath) {
    findings.add('SealMissing');
    return undefined;
  }
  const bytes = entry.bytes > maximumBytes ? undefined : await entry.read();
  const value = bytes === undefined ? undefined : parseJson(bytes);
  const parsed = PackageSeal.safeParse(value);
  if (!parsed.success) {
    for (const detail of faultsOf(parsed.error)) findings.add('SealInvalid', { detail });
    return undefined;
  }
  if (bytes !== undefined && !isCanonical(value, bytes))
    findings.add('SealInvalid', { detail: 'not canonical' });
  return parsed.data;
}
