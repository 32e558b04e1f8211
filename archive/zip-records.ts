/** Signatures, limits and the records of the ZIP format that Gantry writes and reads. */
export const signatures = {
  localHeader: 0x04034b50,
  dataDescriptor: 0x08074b50,
  centralHeader: 0x02014b50,
  end: 0x06054b50,
  zip64End: 0x06064b50,
  zip64Locator: 0x07064b50,
} as const;

export const localHeaderBytes = 30;
export const centralHeaderBytes = 46;
export const endBytes = 22;
export const zip64EndBytes = 56;
export const zip64LocatorBytes = 20;
export const limit16 = 0xffff;
export const limit32 = 0xffffffff;
export const zip64ExtraId = 0x0001;

export const flags = {
  encrypted: 0x0001,
  dataDescriptor: 0x0008,
  patch: 0x0020,
  strongEncryption: 0x0040,
  utf8: 0x0800,
  maskedHeader: 0x2000,
} as const;

/** A regular file of mode 0644 with the archive bit of DOS, as archiver writes it. */
export const plainFileAttributes = 0x81a40020;

export const methods = { stored: 0, deflated: 8 } as const;

/** One entry as the central directory tells it; sizes and offsets in bytes, zip64 resolved. */
export interface DirectoryRecord {
  readonly path: string;
  readonly pathBytes: Buffer;
  readonly versionMadeBy: number;
  readonly versionNeeded: number;
  readonly flags: number;
  readonly method: number;
  readonly dosTime: number;
  readonly dosDate: number;
  readonly crc32: number;
  readonly compressedBytes: number;
  readonly bytes: number;
  readonly diskNumber: number;
  readonly internalAttributes: number;
  readonly externalAttributes: number;
  readonly headerOffset: number;
  readonly extra: Buffer;
  readonly comment: Buffer;
}

/** The central header of an entry, with a zip64 field only when a value needs it. */
export function encodeCentralHeader(record: DirectoryRecord): Buffer {
  const large = [record.bytes, record.compressedBytes, record.headerOffset].filter(
    (value) => value >= limit32,
  );
  const extra = large.length === 0 ? Buffer.alloc(0) : encodeZip64Extra(large);
  const header = Buffer.alloc(centralHeaderBytes);
  header.writeUInt32LE(signatures.centralHeader, 0);
  header.writeUInt16LE(record.versionMadeBy, 4);
  header.writeUInt16LE(
    large.length === 0 ? record.versionNeeded : Math.max(45, record.versionNeeded),
    6,
  );
  header.writeUInt16LE(record.flags, 8);
  header.writeUInt16LE(record.method, 10);
  header.writeUInt16LE(record.dosTime, 12);
  header.writeUInt16LE(record.dosDate, 14);
  header.writeUInt32LE(record.crc32, 16);
  header.writeUInt32LE(Math.min(record.compressedBytes, limit32), 20);
  header.writeUInt32LE(Math.min(record.bytes, limit32), 24);
  header.writeUInt16LE(record.pathBytes.length, 28);
  header.writeUInt16LE(extra.length, 30);
  header.writeUInt16LE(record.internalAttributes, 36);
  header.writeUInt32LE(record.externalAttributes, 38);
  header.writeUInt32LE(Math.min(record.headerOffset, limit32), 42);
  return Buffer.concat([header, record.pathBytes, extra]);
}

/** The local header of an entry whose sizes and CRC are known before its content. */
export function encodeLocalHeader(record: DirectoryRecord): Buffer {
  const header = Buffer.alloc(localHeaderBytes);
  header.writeUInt32LE(signatures.localHeader, 0);
  header.writeUInt16LE(record.versionNeeded, 4);
  header.writeUInt16LE(record.flags, 6);
  header.writeUInt16LE(record.method, 8);
  header.writeUInt16LE(record.dosTime, 10);
  header.writeUInt16LE(record.dosDate, 12);
  header.writeUInt32LE(record.crc32, 14);
  header.writeUInt32LE(record.compressedBytes, 18);
  header.writeUInt32LE(record.bytes, 22);
  header.writeUInt16LE(record.pathBytes.length, 26);
  return Buffer.concat([header, record.pathBytes]);
}

/** What follows the content of an entry whose header was written before its sizes were known. */
export function encodeDescriptor(record: DirectoryRecord): Buffer {
  const isLarge = Math.max(record.bytes, record.compressedBytes) > limit32;
  const descriptor = Buffer.alloc(isLarge ? 24 : 16);
  descriptor.writeUInt32LE(signatures.dataDescriptor, 0);
  descriptor.writeUInt32LE(record.crc32, 4);
  if (isLarge) {
    descriptor.writeBigUInt64LE(BigInt(record.compressedBytes), 8);
    descriptor.writeBigUInt64LE(BigInt(record.bytes), 16);
  } else {
    descriptor.writeUInt32LE(record.compressedBytes, 8);
    descriptor.writeUInt32LE(record.bytes, 12);
  }
  return descriptor;
}

/** What ends an archive: the end record, before it the zip64 records when a value needs them. */
export function encodeDirectoryEnd(directory: {
  entryCount: number;
  offset: number;
  bytes: number;
}): Buffer {
  const { entryCount, offset, bytes } = directory;
  const isLarge = entryCount >= limit16 || offset >= limit32 || bytes >= limit32;
  const end = Buffer.alloc(endBytes);
  end.writeUInt32LE(signatures.end, 0);
  end.writeUInt16LE(Math.min(entryCount, limit16), 8);
  end.writeUInt16LE(Math.min(entryCount, limit16), 10);
  end.writeUInt32LE(Math.min(bytes, limit32), 12);
  end.writeUInt32LE(Math.min(offset, limit32), 16);
  return isLarge ? Buffer.concat([encodeZip64End(directory), end]) : end;
}

function encodeZip64End({
  entryCount,
  offset,
  bytes,
}: {
  entryCount: number;
  offset: number;
  bytes: number;
}): Buffer {
  const records = Buffer.alloc(zip64EndBytes + zip64LocatorBytes);
  records.writeUInt32LE(signatures.zip64End, 0);
  records.writeBigUInt64LE(BigInt(zip64EndBytes - 12), 4);
  records.writeUInt16LE(45, 12);
  records.writeUInt16LE(45, 14);
  records.writeBigUInt64LE(BigInt(entryCount), 24);
  records.writeBigUInt64LE(BigInt(entryCount), 32);
  records.writeBigUInt64LE(BigInt(bytes), 40);
  records.writeBigUInt64LE(BigInt(offset), 48);
  records.writeUInt32LE(signatures.zip64Locator, zip64EndBytes);
  records.writeBigUInt64LE(BigInt(offset + bytes), zip64EndBytes + 8);
  records.writeUInt32LE(1, zip64EndBytes + 16);
  return records;
}

function encodeZip64Extra(values: readonly number[]): Buffer {
  const extra = Buffer.alloc(4 + values.length * 8);
  extra.writeUInt16LE(zip64ExtraId, 0);
  extra.writeUInt16LE(values.length * 8, 2);
  values.forEach((value, index) => extra.writeBigUInt64LE(BigInt(value), 4 + index * 8));
  return extra;
}
