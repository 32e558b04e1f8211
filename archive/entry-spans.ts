import type { CentralDirectory } from './central-directory';
import type { DirectoryRecord } from './zip-records';

/** What reading the content of an entry needs to know of it. */
export type ContentRecord = Pick<
  DirectoryRecord,
  | 'path'
  | 'pathBytes'
  | 'flags'
  | 'method'
  | 'dosTime'
  | 'dosDate'
  | 'crc32'
  | 'compressedBytes'
  | 'bytes'
  | 'headerOffset'
>;

/** An entry and where its bytes have to end: where the next entry, or the list of entries, begins. */
export interface LocatedEntry<Known extends ContentRecord = DirectoryRecord> {
  readonly record: Known;
  readonly spanEnd: number;
}

/** Gives each entry its span, in the order of the list; an archive has no bytes between entries. */
export function locateEntries(directory: CentralDirectory): LocatedEntry[] {
  const { records } = directory;
  const offsets = records.map((record) => record.headerOffset).sort((left, right) => left - right);
  const nextOffset = new Map<number, number>();
  offsets.forEach((offset, index) =>
    nextOffset.set(offset, offsets[index + 1] ?? directory.offset),
  );
  // Of entries at one offset the map holds what follows the last of them; they are refused as overlapping.
  return records.map((record) => ({
    record,
    spanEnd: nextOffset.get(record.headerOffset) ?? directory.offset,
  }));
}
