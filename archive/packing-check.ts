import { createHash } from 'node:crypto';
import type { Archive } from './archive-reader';
import type { ArchiveSource } from './archive-source';
import {
  encodeCentralHeader,
  encodeDirectoryEnd,
  flags,
  methods,
  plainFileAttributes,
  type DirectoryRecord,
} from './zip-records';

const chunkBytes = 1024 * 1024;

/**
 * True when the archive's list of entries is, byte for byte, what Gantry writes: fixed dates and
 * modes, no comments, no foreign fields, entries in the order of their bytes (REL-21).
 */
export async function isPackedByGantry(source: ArchiveSource, archive: Archive): Promise<boolean> {
  const { records, directoryOffset } = archive;
  if (!records.every((record, index) => isPlain(record, index))) return false;
  const inPlace = records.every(
    (record, index) => record.headerOffset > (records[index - 1]?.headerOffset ?? -1),
  );
  if (!inPlace) return false;
  const expected = createHash('sha256');
  let bytes = 0;
  for (const record of records) {
    const header = encodeCentralHeader(record);
    bytes += header.length;
    expected.update(header);
  }
  expected.update(
    encodeDirectoryEnd({ entryCount: records.length, offset: directoryOffset, bytes }),
  );
  return expected.digest('hex') === (await digestFrom(source, directoryOffset));
}

/** SHA-256 in hex of the bytes from `offset` to the end. */
export async function digestFrom(source: ArchiveSource, offset: number): Promise<string> {
  const hash = createHash('sha256');
  for (let at = offset; at < source.size; at += chunkBytes) {
    hash.update(await source.read(at, Math.min(chunkBytes, source.size - at)));
  }
  return hash.digest('hex');
}

/** Head entries are stored, all others deflated with a descriptor behind them. */
function isPlain(record: DirectoryRecord, index: number): boolean {
  const isHead = index < 2;
  const utf8 = record.pathBytes.length === record.path.length ? 0 : flags.utf8;
  return (
    record.versionMadeBy === ((3 << 8) | 45) &&
    record.method === (isHead ? methods.stored : methods.deflated) &&
    record.flags === (isHead ? utf8 : utf8 | flags.dataDescriptor) &&
    (record.versionNeeded === (isHead ? 10 : 20) || record.versionNeeded === 45) &&
    record.dosTime === 0 &&
    record.dosDate === ((1 << 5) | 1) &&
    record.internalAttributes === 0 &&
    record.externalAttributes === plainFileAttributes
  );
}
