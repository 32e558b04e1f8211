import type { ShardEntry } from '../schemas/imports/package-shard';
import type { PackageEntry } from '../schemas/releases/manifest';
import type { Archive, ArchiveEntry } from './archive-reader';
import { toEntry } from './archive-reader';
import type { ArchiveSource } from './archive-source';
import type { ContentRecord } from './entry-spans';

/** Where an entry that the manifest lists lies; undefined where there is none. */
export function locateEntry(
  archive: Archive,
  { path, sha256 }: PackageEntry,
): ShardEntry | undefined {
  const located = archive.locate(path);
  if (located === undefined) return undefined;
  const { record, spanEnd } = located;
  return {
    path,
    flags: record.flags,
    method: record.method,
    dosTime: record.dosTime,
    dosDate: record.dosDate,
    crc32: record.crc32,
    compressedBytes: record.compressedBytes,
    bytes: record.bytes,
    headerOffset: record.headerOffset,
    spanEnd,
    sha256,
  };
}

/**
 * The entry of an archive whose list of entries was read, and passed every rule, before: nothing but
 * its own bytes is read, and checked as `openArchive` does.
 */
export function openEntry(source: ArchiveSource, location: ShardEntry): ArchiveEntry {
  const { spanEnd, ...values } = location;
  const record: ContentRecord = { ...values, pathBytes: Buffer.from(location.path, 'utf8') };
  return toEntry(source, { record, spanEnd });
}
