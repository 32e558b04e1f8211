import { crc32, deflateRawSync } from 'node:zlib';

/** What an entry of a crafted archive says of itself; everything may be a lie. */
export interface CraftedEntry {
  readonly path: string | Buffer;
  readonly content?: Buffer | string;
  readonly stored?: boolean;
  /** Packed bytes to write instead of the real ones. */
  readonly packed?: Buffer;
  readonly central?: Partial<CraftedHeader>;
  readonly local?: Partial<CraftedHeader>;
  readonly externalAttributes?: number;
  readonly headerOffset?: number;
  readonly diskNumber?: number;
  readonly centralExtra?: Buffer;
  readonly localExtra?: Buffer;
  /** Bytes behind the content: a descriptor, or something hidden. */
  readonly behind?: Buffer;
}

interface CraftedHeader {
  flags: number;
  method: number;
  time: number;
  date: number;
  crc32: number;
  compressedBytes: number;
  bytes: number;
  path: Buffer;
}

export interface CraftedEnd {
  readonly entryCount?: number;
  readonly directoryBytes?: number;
  readonly directoryOffset?: number;
  readonly disk?: number;
  readonly comment?: string;
  readonly declaredComment?: number;
  /** Bytes between the list of entries and the end record, e.g. zip64 records. */
  readonly before?: (directory: { offset: number; bytes: number; count: number }) => Buffer;
}

/** Writes an archive record by record, independently of what Gantry writes and reads with. */
export function craftZip(entries: readonly CraftedEntry[], end: CraftedEnd = {}): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const entry of entries) {
    const { header, packed } = describe(entry);
    const extra = entry.localExtra ?? Buffer.alloc(0);
    const local = Buffer.concat([
      localHeader({ ...header, ...entry.local }, extra),
      packed,
      entry.behind ?? Buffer.alloc(0),
    ]);
    directory.push(
      centralHeader({ ...header, ...entry.central }, entry, entry.headerOffset ?? offset),
    );
    parts.push(local);
    offset += local.length;
  }
  const list = Buffer.concat(directory);
  const before =
    end.before?.({ offset, bytes: list.length, count: entries.length }) ?? Buffer.alloc(0);
  return Buffer.concat([
    ...parts,
    list,
    before,
    endRecord(end, { offset, bytes: list.length, count: entries.length }),
  ]);
}

function describe(entry: CraftedEntry): { header: CraftedHeader; packed: Buffer } {
  const content = Buffer.from(entry.content ?? 'hello');
  const packed = entry.packed ?? (entry.stored === true ? content : deflateRawSync(content));
  const path = Buffer.from(entry.path);
  const header = {
    flags: 0x0800,
    method: entry.stored === true ? 0 : 8,
    time: 0,
    date: 33,
    crc32: crc32(content),
    compressedBytes: packed.length,
    bytes: content.length,
    path,
  };
  return { header, packed };
}

function localHeader(header: CraftedHeader, extra: Buffer): Buffer {
  const bytes = Buffer.alloc(30);
  bytes.write('PK\x03\x04', 'latin1');
  bytes.writeUInt16LE(20, 4);
  writeShared(header, bytes.subarray(6));
  bytes.writeUInt16LE(extra.length, 28);
  return Buffer.concat([bytes, header.path, extra]);
}

function centralHeader(header: CraftedHeader, entry: CraftedEntry, offset: number): Buffer {
  const extra = entry.centralExtra ?? Buffer.alloc(0);
  const bytes = Buffer.alloc(46);
  bytes.write('PK\x01\x02', 'latin1');
  bytes.writeUInt16LE(0x0314, 4);
  bytes.writeUInt16LE(20, 6);
  writeShared(header, bytes.subarray(8));
  bytes.writeUInt16LE(extra.length, 30);
  bytes.writeUInt16LE(entry.diskNumber ?? 0, 34);
  bytes.writeUInt32LE(entry.externalAttributes ?? 0, 38);
  bytes.writeUInt32LE(offset, 42);
  return Buffer.concat([bytes, header.path, extra]);
}

function writeShared(header: CraftedHeader, bytes: Buffer): void {
  bytes.writeUInt16LE(header.flags, 0);
  bytes.writeUInt16LE(header.method, 2);
  bytes.writeUInt16LE(header.time, 4);
  bytes.writeUInt16LE(header.date, 6);
  bytes.writeUInt32LE(header.crc32, 8);
  bytes.writeUInt32LE(header.compressedBytes, 12);
  bytes.writeUInt32LE(header.bytes, 16);
  bytes.writeUInt16LE(header.path.length, 20);
}

function endRecord(
  end: CraftedEnd,
  real: { offset: number; bytes: number; count: number },
): Buffer {
  const bytes = Buffer.alloc(22);
  bytes.write('PK\x05\x06', 'latin1');
  bytes.writeUInt16LE(end.disk ?? 0, 4);
  bytes.writeUInt16LE(end.disk ?? 0, 6);
  bytes.writeUInt16LE(end.entryCount ?? real.count, 8);
  bytes.writeUInt16LE(end.entryCount ?? real.count, 10);
  bytes.writeUInt32LE(end.directoryBytes ?? real.bytes, 12);
  bytes.writeUInt32LE(end.directoryOffset ?? real.offset, 16);
  const comment = Buffer.from(end.comment ?? '');
  bytes.writeUInt16LE(end.declaredComment ?? comment.length, 20);
  return Buffer.concat([bytes, comment]);
}

/** The zip64 end record and its locator; `change` spoils them. */
export function craftZip64End(change: (records: Buffer) => void = () => undefined) {
  return ({ offset, bytes, count }: { offset: number; bytes: number; count: number }): Buffer => {
    const records = Buffer.alloc(76);
    records.write('PK\x06\x06', 'latin1');
    records.writeBigUInt64LE(44n, 4);
    records.writeUInt16LE(45, 12);
    records.writeUInt16LE(45, 14);
    records.writeBigUInt64LE(BigInt(count), 24);
    records.writeBigUInt64LE(BigInt(count), 32);
    records.writeBigUInt64LE(BigInt(bytes), 40);
    records.writeBigUInt64LE(BigInt(offset), 48);
    records.write('PK\x06\x07', 56, 'latin1');
    records.writeBigUInt64LE(BigInt(offset + bytes), 64);
    records.writeUInt32LE(1, 72);
    change(records);
    return records;
  };
}
