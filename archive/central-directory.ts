import { isUtf8 } from 'node:buffer';
import { archiveFault } from './archive-findings';
import type { ArchiveSource } from './archive-source';
import { readDirectoryEnd } from './directory-end';
import {
  centralHeaderBytes,
  limit16,
  limit32,
  signatures,
  zip64ExtraId,
  type DirectoryRecord,
} from './zip-records';

/** The list of entries at the end of an archive. */
export interface CentralDirectory {
  readonly records: readonly DirectoryRecord[];
  /** Offset of its first byte: where the entries end. */
  readonly offset: number;
}

/** How large a list of entries may be before it is read into memory. */
export interface DirectoryLimits {
  readonly maxEntries: number;
  readonly maxDirectoryBytes: number;
}

/**
 * Reads the central directory of an archive. Refuses (`ArchiveRefused`) what cannot be read without
 * a guess: a missing or ambiguous end, several disks, contradicting zip64 records, a list that is
 * shorter or longer than declared or does not touch the end records.
 */
export async function readDirectory(
  source: ArchiveSource,
  limits: DirectoryLimits,
): Promise<CentralDirectory> {
  const end = await readDirectoryEnd(source);
  if (end.entryCount > limits.maxEntries) {
    throw archiveFault('ArchiveTooManyEntries', {
      detail: `${end.entryCount}, allowed are ${limits.maxEntries}`,
    });
  }
  if (end.bytes > limits.maxDirectoryBytes) {
    throw archiveFault('ArchiveTooLarge', { detail: `the list of entries has ${end.bytes} bytes` });
  }
  if (end.entryCount * centralHeaderBytes > end.bytes) {
    throw archiveFault('ArchiveDirectoryBroken', {
      detail: `${end.entryCount} entries in ${end.bytes} bytes`,
    });
  }
  const bytes = await source.read(end.offset, end.bytes);
  const records: DirectoryRecord[] = [];
  let offset = 0;
  for (let index = 0; index < end.entryCount; index++) {
    const parsed = parseCentralHeader(bytes, offset);
    records.push(parsed.record);
    offset = parsed.next;
  }
  if (offset !== bytes.length) {
    throw archiveFault('ArchiveDirectoryBroken', {
      detail: `${bytes.length - offset} bytes follow the last entry`,
    });
  }
  return { records, offset: end.offset };
}

/** The fields of an extra area by id, as far as they can be read. */
export interface ExtraFields {
  readonly fields: ReadonlyMap<number, Buffer>;
  /** False when the area is not a whole number of fields, or a field is there twice. */
  readonly isWhole: boolean;
}

/** Reads the extra area of a header. */
export function parseExtraFields(extra: Buffer): ExtraFields {
  const fields = new Map<number, Buffer>();
  let offset = 0;
  while (offset + 4 <= extra.length) {
    const id = extra.readUInt16LE(offset);
    const end = offset + 4 + extra.readUInt16LE(offset + 2);
    if (end > extra.length || fields.has(id)) return { fields, isWhole: false };
    fields.set(id, extra.subarray(offset + 4, end));
    offset = end;
  }
  return { fields, isWhole: offset === extra.length };
}

/** A path as text: UTF-8 where it is that, flagged or not, else the bytes as Latin-1. */
export function decodePath(bytes: Buffer): string {
  return isUtf8(bytes) ? bytes.toString('utf8') : bytes.toString('latin1');
}

function parseCentralHeader(
  bytes: Buffer,
  offset: number,
): { record: DirectoryRecord; next: number } {
  if (
    offset + centralHeaderBytes > bytes.length ||
    bytes.readUInt32LE(offset) !== signatures.centralHeader
  ) {
    throw archiveFault('ArchiveDirectoryBroken', { detail: `no entry at ${offset}` });
  }
  const pathEnd = offset + centralHeaderBytes + bytes.readUInt16LE(offset + 28);
  const extraEnd = pathEnd + bytes.readUInt16LE(offset + 30);
  const next = extraEnd + bytes.readUInt16LE(offset + 32);
  if (next > bytes.length)
    throw archiveFault('ArchiveDirectoryBroken', { detail: `the entry at ${offset} is cut` });
  const pathBytes = bytes.subarray(offset + centralHeaderBytes, pathEnd);
  const path = decodePath(pathBytes);
  const extra = sliceOf(bytes, pathEnd, extraEnd);
  const large = new Zip64Values(parseExtraFields(extra).fields.get(zip64ExtraId), path);
  const bytesDeclared = large.resolve(bytes.readUInt32LE(offset + 24), limit32);
  const compressedBytes = large.resolve(bytes.readUInt32LE(offset + 20), limit32);
  const headerOffset = large.resolve(bytes.readUInt32LE(offset + 42), limit32);
  const record: DirectoryRecord = {
    path,
    pathBytes,
    versionMadeBy: bytes.readUInt16LE(offset + 4),
    versionNeeded: bytes.readUInt16LE(offset + 6),
    flags: bytes.readUInt16LE(offset + 8),
    method: bytes.readUInt16LE(offset + 10),
    dosTime: bytes.readUInt16LE(offset + 12),
    dosDate: bytes.readUInt16LE(offset + 14),
    crc32: bytes.readUInt32LE(offset + 16),
    compressedBytes,
    bytes: bytesDeclared,
    diskNumber: large.resolveDisk(bytes.readUInt16LE(offset + 34), limit16),
    internalAttributes: bytes.readUInt16LE(offset + 36),
    externalAttributes: bytes.readUInt32LE(offset + 38),
    headerOffset,
    extra,
    comment: sliceOf(bytes, extraEnd, next),
  };
  return { record, next };
}

const nothing = Buffer.alloc(0);

/** A view of its own takes more memory than all else that is known of most entries. */
function sliceOf(bytes: Buffer, start: number, end: number): Buffer {
  return end === start ? nothing : bytes.subarray(start, end);
}

/** Takes values out of the zip64 field in the order the format prescribes. */
class Zip64Values {
  readonly #field: Buffer | undefined;
  readonly #path: string;
  #offset = 0;

  constructor(field: Buffer | undefined, path: string) {
    this.#field = field;
    this.#path = path;
  }

  resolve(value: number, sentinel: number): number {
    if (value !== sentinel) return value;
    if (this.#field === undefined || this.#offset + 8 > this.#field.length) {
      throw archiveFault('ArchiveZip64Broken', { entry: this.#path, detail: 'a value is missing' });
    }
    const large = this.#field.readBigUInt64LE(this.#offset);
    this.#offset += 8;
    if (large > BigInt(Number.MAX_SAFE_INTEGER)) {
      throw archiveFault('ArchiveZip64Broken', {
        entry: this.#path,
        detail: 'a value is out of range',
      });
    }
    return Number(large);
  }

  resolveDisk(value: number, sentinel: number): number {
    if (value !== sentinel || this.#field === undefined || this.#offset + 4 > this.#field.length)
      return value;
    return this.#field.readUInt32LE(this.#offset);
  }
}
