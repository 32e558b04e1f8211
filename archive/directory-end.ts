import { archiveFault } from './archive-findings';
import type { ArchiveSource } from './archive-source';
import {
  endBytes,
  limit16,
  limit32,
  signatures,
  zip64EndBytes,
  zip64LocatorBytes,
} from './zip-records';

/** Where the list of entries lies and how long it is. */
export interface DirectoryEnd {
  readonly entryCount: number;
  readonly offset: number;
  readonly bytes: number;
}

interface EndRecord extends DirectoryEnd {
  readonly position: number;
}

/** Finds and checks the end record and its zip64 companions; refuses what they leave open to doubt. */
export async function readDirectoryEnd(source: ArchiveSource): Promise<DirectoryEnd> {
  const tailBytes = Math.min(source.size, endBytes + limit16 + zip64LocatorBytes);
  const tailOffset = source.size - tailBytes;
  const tail = await source.read(tailOffset, tailBytes);
  const at = findEnd(tail);
  const end = parseEnd(tail.subarray(at), tailOffset + at);
  const locator = at >= zip64LocatorBytes ? tail.subarray(at - zip64LocatorBytes, at) : undefined;
  const hasLocator = locator?.readUInt32LE(0) === signatures.zip64Locator;
  if (!hasLocator && (end.offset === limit32 || end.bytes === limit32)) {
    throw archiveFault('ArchiveZip64Broken', { detail: 'the locator is missing' });
  }
  const directory = hasLocator ? await readZip64End(source, locator, end) : end;
  const directoryEnd = directory.offset + directory.bytes;
  if (directoryEnd > directory.position) {
    throw archiveFault('ArchiveTruncated', {
      detail: 'the list of entries ends behind the end record',
    });
  }
  if (directoryEnd < directory.position) {
    throw archiveFault('ArchiveHiddenData', {
      detail: `${directory.position - directoryEnd} bytes around the entries`,
    });
  }
  return directory;
}

function findEnd(tail: Buffer): number {
  for (let at = tail.length - endBytes; at >= 0; at--) {
    if (tail[at] !== 0x50 || tail.readUInt32LE(at) !== signatures.end) continue;
    const end = at + endBytes + tail.readUInt16LE(at + 20);
    if (end < tail.length)
      throw archiveFault('ArchiveTrailingData', { detail: `${tail.length - end} bytes` });
    if (end > tail.length) throw archiveFault('ArchiveTruncated', { detail: 'the comment is cut' });
    return at;
  }
  throw archiveFault('ArchiveTruncated');
}

function parseEnd(bytes: Buffer, position: number): EndRecord {
  const disk = bytes.readUInt16LE(4);
  const directoryDisk = bytes.readUInt16LE(6);
  const entriesOnDisk = bytes.readUInt16LE(8);
  const entryCount = bytes.readUInt16LE(10);
  // Writers of zip64 archives may put the largest value where the zip64 record counts.
  const isElsewhere = disk === limit16 && directoryDisk === limit16;
  if ((disk !== 0 || directoryDisk !== 0) && !isElsewhere) {
    throw archiveFault('ArchiveMultiDisk', { detail: `disk ${disk}` });
  }
  if (entriesOnDisk !== entryCount) {
    throw archiveFault('ArchiveMultiDisk', {
      detail: `${entriesOnDisk} of ${entryCount} entries are on this disk`,
    });
  }
  return { entryCount, bytes: bytes.readUInt32LE(12), offset: bytes.readUInt32LE(16), position };
}

async function readZip64End(
  source: ArchiveSource,
  locator: Buffer,
  end: EndRecord,
): Promise<EndRecord> {
  const locatorPosition = end.position - zip64LocatorBytes;
  const position = Number(locator.readBigUInt64LE(8));
  if (locator.readUInt32LE(4) !== 0 || locator.readUInt32LE(16) > 1)
    throw archiveFault('ArchiveMultiDisk');
  if (position + zip64EndBytes > locatorPosition) {
    throw archiveFault('ArchiveZip64Broken', { detail: 'the locator points behind itself' });
  }
  const record = await source.read(position, zip64EndBytes);
  if (record.readUInt32LE(0) !== signatures.zip64End) {
    throw archiveFault('ArchiveZip64Broken', { detail: 'no record where the locator points' });
  }
  if (record.readBigUInt64LE(4) + 12n !== BigInt(locatorPosition - position)) {
    throw archiveFault('ArchiveZip64Broken', { detail: 'the record does not end at the locator' });
  }
  if (record.readUInt32LE(16) !== 0 || record.readUInt32LE(20) !== 0)
    throw archiveFault('ArchiveMultiDisk');
  const entryCount = Number(record.readBigUInt64LE(32));
  if (Number(record.readBigUInt64LE(24)) !== entryCount) throw archiveFault('ArchiveMultiDisk');
  const bytes = Number(record.readBigUInt64LE(40));
  const offset = Number(record.readBigUInt64LE(48));
  requireSame(end.entryCount, entryCount, limit16);
  requireSame(end.bytes, bytes, limit32);
  requireSame(end.offset, offset, limit32);
  return { entryCount, bytes, offset, position };
}

function requireSame(value: number, large: number, sentinel: number): void {
  if (!Number.isSafeInteger(large) || (value !== sentinel && value !== large)) {
    throw archiveFault('ArchiveZip64Broken', { detail: 'the two end records differ' });
  }
}
