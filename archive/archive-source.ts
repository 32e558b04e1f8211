import { open, type FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { archiveFault } from './archive-findings';

/** The bytes of an archive, read by ranges: a file, a buffer, or an object in a store. */
export interface ArchiveSource {
  /** Bytes of the whole archive. */
  readonly size: number;
  /** Exactly `length` bytes from `offset`. */
  read(offset: number, length: number): Promise<Buffer>;
  /** `length` bytes from `offset` as a stream; the range lies inside the archive. */
  stream(offset: number, length: number): Readable;
}

/** A source over bytes in memory. */
export function bufferSource(bytes: Buffer): ArchiveSource {
  return {
    size: bytes.length,
    async read(offset, length) {
      if (offset + length > bytes.length) throw archiveFault('ArchiveTruncated');
      return Promise.resolve(bytes.subarray(offset, offset + length));
    },
    stream: (offset, length) => Readable.from([bytes.subarray(offset, offset + length)]),
  };
}

/** A source over a file that stays open until `close`; rejects as the file system does, e.g. ENOENT. */
export async function openFileSource(
  path: string,
): Promise<ArchiveSource & { close(): Promise<void> }> {
  const handle = await open(path, 'r');
  try {
    const { size } = await handle.stat();
    return {
      size,
      read: (offset, length) => readFully(handle, offset, length),
      stream: (offset, length) => Readable.from(readPieces(handle, offset, length)),
      close: () => handle.close(),
    };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/**
 * A source over anything that opens a range as a stream, e.g. an object in a store; `end` is the
 * offset after the last byte. A stream that brings other than the asked bytes is `ArchiveTruncated`.
 */
export function rangedSource(
  size: number,
  openRange: (start: number, end: number) => Promise<Readable>,
): ArchiveSource {
  const pieces = async function* (offset: number, length: number): AsyncGenerator<Buffer> {
    if (length === 0) return;
    let got = 0;
    for await (const chunk of await openRange(offset, offset + length)) {
      got += (chunk as Buffer).length;
      yield chunk as Buffer;
    }
    if (got !== length)
      throw archiveFault('ArchiveTruncated', { detail: `${got} of ${length} bytes at ${offset}` });
  };
  return {
    size,
    async read(offset, length) {
      const chunks: Buffer[] = [];
      for await (const chunk of pieces(offset, length)) chunks.push(chunk);
      return Buffer.concat(chunks);
    },
    stream: (offset, length) => Readable.from(pieces(offset, length)),
  };
}

/** A source of which only the kept end can be read; what lies before it reads as zeros. */
export function tailSource(size: number, kept: Buffer): ArchiveSource {
  const start = size - kept.length;
  const cut = (offset: number, length: number): Buffer =>
    Buffer.concat([
      Buffer.alloc(Math.max(0, Math.min(length, start - offset))),
      kept.subarray(Math.max(0, offset - start), Math.max(0, offset - start + length)),
    ]);
  return {
    size,
    read: (offset, length) => Promise.resolve(cut(offset, length)),
    stream: (offset, length) => Readable.from([cut(offset, length)]),
  };
}

const pieceBytes = 256 * 1024;

async function* readPieces(
  handle: FileHandle,
  offset: number,
  length: number,
): AsyncGenerator<Buffer> {
  for (let at = 0; at < length; at += pieceBytes) {
    yield await readFully(handle, offset + at, Math.min(pieceBytes, length - at));
  }
}

async function readFully(handle: FileHandle, offset: number, length: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await handle.read(buffer, filled, length - filled, offset + filled);
    if (bytesRead === 0)
      throw archiveFault('ArchiveTruncated', { detail: `the file ends before ${offset + length}` });
    filled += bytesRead;
  }
  return buffer;
}
