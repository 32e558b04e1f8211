import { archiveFault } from './archive-findings';
import { parseExtraFields } from './central-directory';
import type { ContentRecord, LocatedEntry } from './entry-spans';
import { flags, limit32, localHeaderBytes, signatures, zip64ExtraId } from './zip-records';

/** Reads bytes of an archive by offset and length. */
export type ReadBytes = (offset: number, length: number) => Promise<Buffer>;

/**
 * Where an entry's content begins. Refuses the entry if its own header, or the descriptor behind its
 * content, says something else than the list of entries, or if other bytes lie around its content.
 */
export async function locateContent(
  read: ReadBytes,
  entry: LocatedEntry<ContentRecord>,
): Promise<number> {
  const { record, spanEnd } = entry;
  const headerEnd = record.headerOffset + localHeaderBytes + record.pathBytes.length;
  const header = await read(record.headerOffset, localHeaderBytes + record.pathBytes.length);
  const extraBytes = header.readUInt16LE(28);
  if (headerEnd + extraBytes + record.compressedBytes > spanEnd)
    throw archiveFault('EntryOverlap', { entry: record.path });
  const extra = extraBytes === 0 ? Buffer.alloc(0) : await read(headerEnd, extraBytes);
  compareHeader(header, extra, record);
  const contentOffset = headerEnd + extraBytes;
  const contentEnd = contentOffset + record.compressedBytes;
  compareDescriptor(await read(contentEnd, Math.min(spanEnd - contentEnd, 25)), record);
  return contentOffset;
}

function compareHeader(header: Buffer, extra: Buffer, record: ContentRecord): void {
  const differs = (detail: string): Error =>
    archiveFault('EntryHeaderMismatch', { entry: record.path, detail });
  if (header.readUInt32LE(0) !== signatures.localHeader) throw differs('no header');
  if (header.readUInt16LE(6) !== record.flags) throw differs('flags');
  if (header.readUInt16LE(8) !== record.method) throw differs('method');
  if (header.readUInt16LE(10) !== record.dosTime || header.readUInt16LE(12) !== record.dosDate)
    throw differs('date');
  const isSamePath =
    header.readUInt16LE(26) === record.pathBytes.length &&
    header.subarray(localHeaderBytes).equals(record.pathBytes);
  if (!isSamePath) throw differs('path');
  const { fields, isWhole } = parseExtraFields(extra);
  if (!isWhole) throw differs('extra fields');
  compareValues(header, fields.get(zip64ExtraId), record);
}

/** With a descriptor behind the content the header's values may be zero. */
function compareValues(header: Buffer, zip64: Buffer | undefined, record: ContentRecord): void {
  const isDeferred = (record.flags & flags.dataDescriptor) !== 0;
  const bytes = resolve(header.readUInt32LE(22), zip64, 0);
  const compressedBytes = resolve(header.readUInt32LE(18), zip64, 8);
  const pairs = [
    ['checksum', header.readUInt32LE(14), record.crc32],
    ['compressed size', compressedBytes, record.compressedBytes],
    ['size', bytes, record.bytes],
  ] as const;
  for (const [what, own, listed] of pairs) {
    if (own !== listed && !(isDeferred && own === 0)) {
      throw archiveFault('EntryHeaderMismatch', { entry: record.path, detail: what });
    }
  }
}

function resolve(value: number, zip64: Buffer | undefined, offset: number): number {
  return value === limit32 && zip64 !== undefined && zip64.length >= offset + 8
    ? Number(zip64.readBigUInt64LE(offset))
    : value;
}

/** What follows the content: nothing, or a descriptor with or without signature, of 32 or 64 bits. */
function compareDescriptor(gap: Buffer, record: ContentRecord): void {
  const hasDescriptor = (record.flags & flags.dataDescriptor) !== 0;
  if (!hasDescriptor && gap.length === 0) return;
  const entry = record.path;
  if (!hasDescriptor || ![12, 16, 20, 24].includes(gap.length)) {
    // Some writers leave the descriptor out though they announce it, when the header has the values.
    throw archiveFault('ArchiveHiddenData', {
      entry,
      detail: `${gap.length} bytes or more follow it`,
    });
  }
  const hasSignature = gap.length === 16 || gap.length === 24;
  if (hasSignature && gap.readUInt32LE(0) !== signatures.dataDescriptor) {
    throw archiveFault('EntryHeaderMismatch', { entry, detail: 'descriptor' });
  }
  const values = hasSignature ? gap.subarray(4) : gap;
  const isLarge = values.length === 20;
  const size = (index: number): number =>
    isLarge ? Number(values.readBigUInt64LE(4 + index * 8)) : values.readUInt32LE(4 + index * 4);
  if (
    values.readUInt32LE(0) !== record.crc32 ||
    size(0) !== record.compressedBytes ||
    size(1) !== record.bytes
  ) {
    throw archiveFault('EntryHeaderMismatch', { entry, detail: 'descriptor' });
  }
}
