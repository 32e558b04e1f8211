import type { EntryLocation } from '../schemas/imports/package-shard';
import type { Archive, ArchiveEntry } from './archive-reader';
import { toEntry } from './archive-reader';
import type { ArchiveSource } from './archive-source';
import type { ContentRecord } from './entry-spans';

/** Where the entry of this path lies; undefined where there is none. */
export function locateEntry(archive: Archive, path: string): EntryLocation | undefined {
  const located = archive.locate(path);
  if (located === undefined) return undefined;
  const { flags, method, dosTime, dosDate, crc32 } = located.record;
  const { compressedBytes, bytes, headerOffset } = located.record;
  return {
    path,
    ...{ flags, method, dosTime, dosDate, crc32, compressedBytes, bytes, headerOffset },
    spanEnd: located.spanEnd,
  };
}

/**
 * The entry of an archive whose list of entries was read, and passed every rule, before: nothing but
 * its own bytes is read, and checked as `openArchive` does.
 */
export function openEntry(source: ArchiveSource, location: EntryLocation): ArchiveEntry {
  const { spanEnd, ...values } = location;
  const record: ContentRecord = { ...values, pathBytes: Buffer.from(location.path, 'utf8') };
  return toEntry(source, { record, spanEnd });
}
