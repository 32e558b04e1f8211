import type { PackageEntry } from '../schemas/releases/manifest';
import type { ArchiveEntry } from './archive-reader';
import { compareUtf8 } from './byte-order';
import type { OpenPackage } from './open-package';
import type { FindingList } from './package-findings';
import { deletionsPath, requirementsPath, sealPath } from './package-layout';

/** An entry that is listed in the manifest and there. */
export interface InventoryEntry {
  readonly entry: ArchiveEntry;
  readonly listed: PackageEntry;
}

/** Compares what the manifest lists with what the package has, and gives what is in both (REL-29). */
export function takeInventory(opened: OpenPackage, findings: FindingList): InventoryEntry[] {
  const { archive, manifest } = opened;
  const present = archive.entries.slice(archive.entries[1]?.path === sealPath ? 2 : 1);
  const missing = new Map(manifest.entries.map((listed) => [listed.path, listed]));
  if (missing.size < manifest.entries.length || !isSorted(manifest.entries)) {
    findings.add('EntryOutOfOrder', { detail: 'in the manifest' });
  }
  const inventory: InventoryEntry[] = [];
  let previous: ArchiveEntry | undefined;
  for (const entry of present) {
    const listed = missing.get(entry.path);
    if (listed === undefined) findings.add('EntryUnlisted', { entry: entry.path });
    else inventory.push({ entry, listed });
    missing.delete(entry.path);
    if (previous !== undefined && compareUtf8(previous.path, entry.path) >= 0) {
      findings.add('EntryOutOfOrder', { entry: entry.path });
    }
    previous = entry;
  }
  const expected = [requirementsPath, ...(manifest.deletions === undefined ? [] : [deletionsPath])];
  const required = expected.filter(
    (path) => !manifest.entries.some((listed) => listed.path === path),
  );
  for (const path of [...missing.keys(), ...required])
    findings.add('EntryMissing', { entry: path });
  return inventory;
}

function isSorted(entries: readonly PackageEntry[]): boolean {
  return entries.every((entry, index) => {
    const before = entries[index - 1];
    return before === undefined || compareUtf8(before.path, entry.path) < 0;
  });
}
