import { Open } from 'unzipper';
import type { Finding } from '../schemas/runs/finding';
import type { PackageManifest } from '../schemas/releases/manifest';
import type { ArchiveSource } from './archive-source';
import { manifestPath, sealPath } from './package-layout';

/**
 * Opens a package of our own with unzipper, a reader that shares nothing with the writer, and tells
 * where it sees other entries than the manifest lists: a package is a ZIP that any tool opens
 * (REL-24). Reads the list of entries only; for archives from outside use `openArchive`.
 */
export async function findReaderDifferences(
  source: ArchiveSource,
  manifest: PackageManifest,
): Promise<Finding[]> {
  const { files } = await Open.custom({
    size: () => Promise.resolve(source.size),
    // It asks for the end of the archive without a length, and may ask beyond it.
    stream: (offset: number, length?: number) =>
      source.stream(offset, Math.min(length ?? Infinity, source.size - offset)),
  });
  const seen = files.map((file) => `${file.path} ${file.uncompressedSize}`).slice(2);
  const listed = manifest.entries.map((entry) => `${entry.path} ${entry.bytes}`);
  const head = files.slice(0, 2).map((file) => file.path);
  const agrees =
    head[0] === manifestPath &&
    head[1] === sealPath &&
    seen.length === listed.length &&
    seen.every((entry, index) => entry === listed[index]);
  if (agrees) return [];
  const first = listed.findIndex((entry, index) => entry !== seen[index]);
  return [
    {
      code: 'PackageCorrupt',
      severity: 'error',
      reason: `another ZIP reader sees other entries, the first difference at ${listed[first] ?? 'the head'}`,
      fix: 'Report it with the package: Gantry has written what not every tool can read.',
      overridable: false,
    },
  ];
}
