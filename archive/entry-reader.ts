import { promisify } from 'node:util';
import {
  crc32,
  createInflateRaw,
  inflateRaw,
  type InflateRaw,
  type InputType,
  type ZlibOptions,
} from 'node:zlib';
import { archiveFault } from './archive-findings';
import type { ArchiveSource } from './archive-source';
import type { ContentRecord, LocatedEntry } from './entry-spans';
import { locateContent, type ReadBytes } from './local-header';
import { methods } from './zip-records';

/** Up to these sizes an entry is read and inflated in one go. */
const small = { spanBytes: 2 ** 16, contentBytes: 2 ** 18 } as const;
const chunkBytes = 64 * 1024;

/** The content of an entry in pieces, checked against everything that was declared about it. */
export async function* readContent(
  source: ArchiveSource,
  entry: LocatedEntry<ContentRecord>,
): AsyncGenerator<Buffer> {
  const { record, spanEnd } = entry;
  if (record.bytes <= small.contentBytes && spanEnd - record.headerOffset <= small.spanBytes) {
    const content = await readSmallContent(source, entry);
    if (content.length > 0) yield content;
    return;
  }
  const offset = await locateContent(source.read.bind(source), entry);
  const packed = source.stream(offset, record.compressedBytes);
  const meter = new ContentMeter(entry);
  try {
    if (record.method === methods.stored) {
      for await (const chunk of packed) yield meter.measure(chunk as Buffer);
    } else {
      const inflate = createInflateRaw({ chunkSize: chunkBytes });
      packed.on('error', (error) => inflate.destroy(error));
      for await (const chunk of packed.pipe(inflate)) yield meter.measure(chunk as Buffer);
      refuseRest(entry, inflate.bytesWritten);
    }
    meter.finish();
  } catch (error) {
    throw toFault(entry, error);
  } finally {
    packed.destroy();
  }
}

/** The content of an entry in memory, checked as `readContent` does. */
export async function readSmallContent(
  source: ArchiveSource,
  entry: LocatedEntry<ContentRecord>,
): Promise<Buffer> {
  const { record, spanEnd } = entry;
  const start = record.headerOffset;
  const span = await source.read(start, spanEnd - start);
  const read: ReadBytes = (offset, length) =>
    Promise.resolve(span.subarray(offset - start, offset - start + length));
  const offset = (await locateContent(read, entry)) - start;
  const packed = span.subarray(offset, offset + record.compressedBytes);
  const meter = new ContentMeter(entry);
  const content = record.method === methods.stored ? packed : await inflateWhole(entry, packed);
  meter.measure(content);
  meter.finish();
  return content;
}

const inflateRawInfo = promisify(inflateRaw) as unknown as (
  data: InputType,
  options: ZlibOptions & { info: true },
) => Promise<{ buffer: Buffer; engine: InflateRaw }>;

async function inflateWhole(entry: LocatedEntry<ContentRecord>, packed: Buffer): Promise<Buffer> {
  try {
    // One byte more than declared is enough to see that there is too much.
    const maxOutputLength = entry.record.bytes + 1;
    const { buffer, engine } = await inflateRawInfo(packed, { info: true, maxOutputLength });
    refuseRest(entry, engine.bytesWritten);
    return buffer;
  } catch (error) {
    throw toFault(entry, error);
  }
}

/** Compressed data must end where it is said to end, or something is hidden behind it. */
function refuseRest({ record }: LocatedEntry<ContentRecord>, consumedBytes: number): void {
  if (consumedBytes === record.compressedBytes) return;
  const detail = `${record.compressedBytes - consumedBytes} bytes follow the compressed data`;
  throw archiveFault('EntrySizeMismatch', { entry: record.path, detail });
}

function toFault({ record }: LocatedEntry<ContentRecord>, error: unknown): unknown {
  const code =
    typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
  if (code.startsWith('Z_'))
    return archiveFault('EntryDataBroken', { entry: record.path, detail: code, cause: error });
  if (code === 'ERR_BUFFER_TOO_LARGE')
    return archiveFault('EntrySizeMismatch', { entry: record.path, detail: 'too long' });
  return error;
}

class ContentMeter {
  readonly #entry: LocatedEntry<ContentRecord>;
  #bytes = 0;
  #crc32 = 0;

  constructor(entry: LocatedEntry<ContentRecord>) {
    this.#entry = entry;
  }

  measure(chunk: Buffer): Buffer {
    this.#bytes += chunk.length;
    const { record } = this.#entry;
    if (this.#bytes > record.bytes)
      throw archiveFault('EntrySizeMismatch', { entry: record.path, detail: 'too long' });
    this.#crc32 = crc32(chunk, this.#crc32);
    return chunk;
  }

  finish(): void {
    const { record } = this.#entry;
    if (this.#bytes !== record.bytes) {
      throw archiveFault('EntrySizeMismatch', {
        entry: record.path,
        detail: `${this.#bytes} of ${record.bytes} bytes`,
      });
    }
    if (this.#crc32 !== record.crc32)
      throw archiveFault('EntryCrcMismatch', { entry: record.path });
  }
}
