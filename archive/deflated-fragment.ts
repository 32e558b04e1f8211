import { once } from 'node:events';
import { createHash, type Hash } from 'node:crypto';
import { Readable, type Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { crc32, createDeflateRaw, deflateRawSync } from 'node:zlib';
import { PipelineError } from '../schemas/pipeline-error';
import { findPathFaults } from './entry-name-rules';
import { foldPath } from './entry-path';
import type {
  EntryToWrite,
  FragmentToWrite,
  WrittenEntry,
  WrittenFragment,
} from './fragment-writer';
import {
  encodeCentralHeader,
  encodeDescriptor,
  encodeDirectoryEnd,
  encodeLocalHeader,
  flags,
  methods,
  plainFileAttributes,
  type DirectoryRecord,
} from './zip-records';

/** Up to this size an entry is deflated at once: a stream of its own costs ten times its content. */
const smallBytes = 64 * 1024;
/** What zlib is given at once: smaller pieces cost the event loop more than they hold. */
const blockBytes = 256 * 1024;
/** Node hands on what zlib gives in pieces of this size: larger ones cost the event loop less. */
const deflateBytes = 128 * 1024;
/** What is smaller than this waits for more before it goes to the output. */
const outputBytes = 64 * 1024;

/**
 * Writes the same bytes as `writeFragment`, in a third of its time (docs/adr/0008): deflating runs
 * beside the event loop, checksums are made by the engine, and small entries are put out together.
 * Memory stays bounded; failures, the signal and refused paths are as there.
 */
export async function writeDeflatedFragment(fragment: FragmentToWrite): Promise<WrittenFragment> {
  const { output, signal } = fragment;
  const stop = new AbortController();
  // The first failure is the one to tell; what it tears down fails in its wake.
  const halt = (reason: unknown): never => {
    stop.abort(reason);
    throw stop.signal.reason;
  };
  const onAbort = (): void => stop.abort(signal?.reason);
  signal?.addEventListener('abort', onAbort, { once: true });
  if (signal?.aborted === true) onAbort();
  const ended = finished(output, { readable: false }).catch(halt);
  const written = new FragmentOutput(fragment, stop.signal).writeAll().catch(halt);
  const done = Promise.all([written, ended]);
  try {
    // A source that hangs is not waited for.
    const [result] = await Promise.race([done, stopped(stop.signal)]);
    return result;
  } catch (error) {
    done.catch(ignore);
    output.on('error', ignore).destroy();
    throw error;
  } finally {
    signal?.removeEventListener('abort', onAbort);
  }
}

/** Rejects with the signal's reason. */
async function stopped(signal: AbortSignal): Promise<never> {
  if (!signal.aborted) await once(signal, 'abort');
  throw signal.reason;
}

/** What is known of an entry once its content is out. */
interface Content {
  readonly bytes: number;
  readonly compressedBytes: number;
  readonly crc32: number;
  readonly sha256: string;
}

class FragmentOutput {
  readonly #fragment: FragmentToWrite;
  readonly #output: Writable;
  readonly #signal: AbortSignal;
  readonly #level: number;
  readonly #hash: Hash = createHash('sha256');
  readonly #directory: Buffer[] = [];
  readonly #taken = new Set<string>();
  readonly #block = Buffer.allocUnsafeSlow(blockBytes);
  #waiting: Buffer[] = [];
  #waitingBytes = 0;
  #bytes = 0;

  constructor(fragment: FragmentToWrite, signal: AbortSignal) {
    this.#fragment = fragment;
    this.#output = fragment.output;
    this.#signal = signal;
    this.#level = fragment.level ?? 6;
  }

  async writeAll(): Promise<WrittenFragment> {
    const entries: WrittenEntry[] = [];
    for await (const entry of this.#fragment.entries) {
      this.#signal.throwIfAborted();
      entries.push(await this.#writeEntry(entry));
    }
    const offset = this.#bytes;
    await this.#write(Buffer.concat(this.#directory));
    const bytes = this.#bytes - offset;
    await this.#write(encodeDirectoryEnd({ entryCount: entries.length, offset, bytes }));
    await this.#flush();
    this.#output.end();
    return { entries, bytes: this.#bytes, sha256: this.#hash.digest('hex') };
  }

  async #writeEntry({ path, source }: EntryToWrite): Promise<WrittenEntry> {
    this.#refusePath(path);
    const empty = deflatedRecord(path, this.#bytes);
    await this.#write(encodeLocalHeader(empty));
    const isSmall = Buffer.isBuffer(source) && source.length <= smallBytes;
    const { sha256, ...sizes } = isSmall
      ? await this.#writeSmall(source)
      : await this.#writeStream(source);
    const record = { ...empty, ...sizes };
    await this.#write(encodeDescriptor(record));
    this.#directory.push(encodeCentralHeader(record));
    const { bytes, compressedBytes } = record;
    return { path, bytes, sha256, compressedBytes, crc32: record.crc32 };
  }

  #refusePath(path: string): void {
    const fault = path.endsWith('/') ? 'EntryPathEmpty' : findPathFaults(path).at(0);
    if (fault !== undefined) throw new PipelineError('InvalidInput', { path, reason: fault });
    const folded = foldPath(path);
    if (this.#taken.has(folded)) throw new PipelineError('EntryPathTaken', { path });
    this.#taken.add(folded);
  }

  async #writeSmall(content: Buffer): Promise<Content> {
    const deflated = deflateRawSync(content, { level: this.#level });
    await this.#write(deflated);
    return {
      bytes: content.length,
      compressedBytes: deflated.length,
      crc32: crc32(content),
      sha256: createHash('sha256').update(content).digest('hex'),
    };
  }

  /** What ends within a block needs no stream of its own either. */
  async #writeStream(source: EntryToWrite['source']): Promise<Content> {
    const blocks = toBlocks(chunksOf(source, this.#signal), this.#block);
    const first = await blocks.next();
    if (first.done === true) return this.#writeSmall(Buffer.alloc(0));
    if (first.value.length <= smallBytes) return this.#writeSmall(first.value);
    return this.#writeLarge(first.value, blocks);
  }

  async #writeLarge(first: Buffer, rest: AsyncIterable<Buffer>): Promise<Content> {
    const deflate = createDeflateRaw({ level: this.#level, chunkSize: deflateBytes });
    const hash = createHash('sha256');
    let bytes = 0;
    let checksum = 0;
    // Deflating runs beside the event loop; the block is free for the next bytes once it was read.
    const feed = async (block: Buffer): Promise<void> => {
      this.#signal.throwIfAborted();
      const read = new Promise<void>((resolve, reject) => {
        deflate.write(block, (error) => (error ? reject(error) : resolve()));
      });
      hash.update(block);
      checksum = crc32(block, checksum);
      bytes += block.length;
      await read;
    };
    const feedAll = async (): Promise<void> => {
      await feed(first);
      for await (const block of rest) await feed(block);
      deflate.end();
    };
    const fed = feedAll().catch((error: unknown) => {
      deflate.destroy(error as Error);
      throw error;
    });
    let compressedBytes = 0;
    const drain = async (): Promise<void> => {
      for await (const chunk of deflate) {
        compressedBytes += (chunk as Buffer).length;
        await this.#write(chunk as Buffer);
      }
    };
    await Promise.all([fed, drain()]);
    return { bytes, compressedBytes, crc32: checksum, sha256: hash.digest('hex') };
  }

  async #write(chunk: Buffer): Promise<void> {
    this.#bytes += chunk.length;
    this.#waiting.push(chunk);
    this.#waitingBytes += chunk.length;
    if (this.#waitingBytes >= outputBytes) await this.#flush();
  }

  async #flush(): Promise<void> {
    this.#signal.throwIfAborted();
    const block = Buffer.concat(this.#waiting, this.#waitingBytes);
    this.#waiting = [];
    this.#waitingBytes = 0;
    this.#hash.update(block);
    if (!this.#output.write(block)) await once(this.#output, 'drain', { signal: this.#signal });
  }
}

/**
 * The pieces in blocks, all but the last as long as `block`. Each is in that same memory, and good until
 * the next is asked for: memory that is asked for anew is cleaned up by passes over everything else.
 */
async function* toBlocks(pieces: AsyncIterable<Buffer>, block: Buffer): AsyncGenerator<Buffer> {
  let filled = 0;
  for await (const piece of pieces) {
    for (let at = 0; at < piece.length;) {
      const copied = piece.copy(block, filled, at);
      at += copied;
      filled += copied;
      if (filled < block.length) continue;
      yield block;
      filled = 0;
    }
  }
  if (filled > 0) yield block.subarray(0, filled);
}

/** The content in pieces that are not empty; a stream is let go of when the signal says so. */
async function* chunksOf(
  source: EntryToWrite['source'],
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  const stream = source instanceof Readable ? source : undefined;
  const letGo = (): void => void stream?.on('error', ignore).destroy();
  signal.addEventListener('abort', letGo, { once: true });
  try {
    const pieces = Buffer.isBuffer(source) ? [source] : source;
    for await (const piece of pieces as AsyncIterable<Uint8Array | string>) {
      if (piece.length > 0) yield toBuffer(piece);
    }
  } finally {
    signal.removeEventListener('abort', letGo);
  }
}

function toBuffer(piece: Uint8Array | string): Buffer {
  if (typeof piece === 'string') return Buffer.from(piece, 'utf8');
  return Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
}

/** An entry whose sizes and checksum follow its content, as archiver writes it on 1980-01-01. */
function deflatedRecord(path: string, headerOffset: number): DirectoryRecord {
  const pathBytes = Buffer.from(path, 'utf8');
  const utf8 = pathBytes.length === path.length ? 0 : flags.utf8;
  return {
    path,
    pathBytes,
    versionMadeBy: (3 << 8) | 45,
    versionNeeded: 20,
    flags: flags.dataDescriptor | utf8,
    method: methods.deflated,
    dosTime: 0,
    dosDate: (1 << 5) | 1,
    crc32: 0,
    compressedBytes: 0,
    bytes: 0,
    diskNumber: 0,
    internalAttributes: 0,
    externalAttributes: plainFileAttributes,
    headerOffset,
    extra: Buffer.alloc(0),
    comment: Buffer.alloc(0),
  };
}

function ignore(): void {
  // The failure that led here is told already.
}
