import { createHash, type Hash } from 'node:crypto';
import { once } from 'node:events';
import { Readable, Transform, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { crc32 } from 'node:zlib';
import archiver from 'archiver';
import { PipelineError } from '../schemas/pipeline-error';
import { tailSource, type ArchiveSource } from './archive-source';
import { readDirectory } from './central-directory';
import { findPathFaults } from './entry-name-rules';
import { foldPath } from './entry-path';
import type { DirectoryRecord } from './zip-records';

/** An entry to be written; its source is read once. */
export interface EntryToWrite {
  readonly path: string;
  readonly source: Readable | Buffer | AsyncIterable<Uint8Array | string>;
}

/** What was written of one entry; sizes in bytes, digest in hex. */
export interface WrittenEntry {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly compressedBytes: number;
  readonly crc32: number;
}

/** A finished ZIP: its entries in order, its size in bytes, its digest in hex. */
export interface WrittenFragment {
  readonly entries: readonly WrittenEntry[];
  readonly bytes: number;
  readonly sha256: string;
}

export interface FragmentToWrite {
  readonly entries: Iterable<EntryToWrite> | AsyncIterable<EntryToWrite>;
  readonly output: Writable;
  /** Deflate level, 1 (fast) to 9 (small). @default 6 */
  readonly level?: number;
  readonly signal?: AbortSignal;
}

/** 1980-01-01, the first date a ZIP can say: the same content gives the same bytes (REL-21). */
const entryDate = new Date('1980-01-01T00:00:00Z');
const entryMode = 0o644;
/** Node hands on what zlib gives in pieces of this size: larger ones cost the event loop less. */
const deflateBytes = 128 * 1024;

/**
 * Writes a finished ZIP of deflated entries, in the given order, with fixed dates and modes. Memory
 * stays bounded; an error of a source or of the output, or the signal, rejects and leaves the output
 * destroyed. Paths that break RUN-19 or meet each other are refused (`EntryPathTaken`, `InvalidInput`).
 */
export async function writeFragment(fragment: FragmentToWrite): Promise<WrittenFragment> {
  const archive = archiver('zip', {
    zlib: { level: fragment.level ?? 6, chunkSize: deflateBytes },
  });
  const meter = new OutputMeter();
  const stop = new AbortController();
  const fail = (reason: unknown): void => stop.abort(reason);
  const onAbort = (): void => fail(fragment.signal?.reason);
  fragment.signal?.addEventListener('abort', onAbort, { once: true });
  if (fragment.signal?.aborted === true) onAbort();
  archive.on('error', fail);

  // The first failure is the one to tell; what it tears down fails in its wake.
  const piped = pipeline(archive, meter, fragment.output, { signal: stop.signal }).catch(
    (error: unknown) => {
      fail(error);
      throw stop.signal.reason;
    },
  );
  const fed = feedEntries(archive, { ...fragment, meter, stop }).catch((error: unknown) => {
    fail(error);
    throw stop.signal.reason;
  });
  try {
    const [entries] = await Promise.all([fed, piped]);
    return {
      entries: await completeEntries(entries, meter),
      bytes: meter.bytes,
      sha256: meter.digest(),
    };
  } catch (error) {
    // Only the output: a list of entries that hangs would be waited for in vain.
    await piped.catch(ignore);
    throw error;
  } finally {
    fragment.signal?.removeEventListener('abort', onAbort);
    archive.destroy();
  }
}

interface Feeding extends FragmentToWrite {
  readonly meter: OutputMeter;
  readonly stop: AbortController;
}

async function feedEntries(archive: archiver.Archiver, feeding: Feeding): Promise<EntryMeter[]> {
  const { signal } = feeding.stop;
  const meters: EntryMeter[] = [];
  const taken = new Set<string>();
  for await (const entry of feeding.entries) {
    signal.throwIfAborted();
    refusePath(entry.path, taken);
    const meter = new EntryMeter(entry);
    meters.push(meter);
    const content = Readable.from(meter.read(), { objectMode: false, signal });
    content.on('error', (error) => feeding.stop.abort(error));
    const entered = once(archive, 'entry', { signal });
    archive.append(content, { name: entry.path, date: entryDate, mode: entryMode });
    try {
      await entered;
    } catch (error) {
      meter.abandon();
      signal.throwIfAborted();
      throw error;
    }
  }
  signal.throwIfAborted();
  feeding.meter.keepRest();
  archive.finalize().catch((error: unknown) => feeding.stop.abort(error));
  return meters;
}

function refusePath(path: string, taken: Set<string>): void {
  const fault = path.endsWith('/') ? 'EntryPathEmpty' : findPathFaults(path).at(0);
  if (fault !== undefined) throw new PipelineError('InvalidInput', { path, reason: fault });
  const folded = foldPath(path);
  if (taken.has(folded)) throw new PipelineError('EntryPathTaken', { path });
  taken.add(folded);
}

/** Joins what was measured with what the archive says of itself; they must agree. */
async function completeEntries(
  meters: readonly EntryMeter[],
  output: OutputMeter,
): Promise<WrittenEntry[]> {
  const { records } = await readDirectory(output.asSource(), {
    maxEntries: Infinity,
    maxDirectoryBytes: Infinity,
  });
  if (records.length !== meters.length)
    throw new PipelineError('InternalError', { reason: 'entries were lost' });
  return meters.map((meter, index) => meter.complete(records[index] as DirectoryRecord));
}

/** Measures one entry's content while it is read. */
class EntryMeter {
  readonly #entry: EntryToWrite;
  readonly #hash = createHash('sha256');
  #bytes = 0;
  #crc32 = 0;

  constructor(entry: EntryToWrite) {
    this.#entry = entry;
  }

  async *read(): AsyncGenerator<Uint8Array> {
    const { source } = this.#entry;
    const chunks = Buffer.isBuffer(source) ? [source] : source;
    for await (const piece of chunks as AsyncIterable<Uint8Array | string>) {
      const chunk = typeof piece === 'string' ? Buffer.from(piece, 'utf8') : piece;
      if (chunk.length === 0) continue;
      this.#hash.update(chunk);
      this.#crc32 = crc32(chunk, this.#crc32);
      this.#bytes += chunk.length;
      yield chunk;
    }
  }

  /** Lets go of a source that nobody will read to its end. */
  abandon(): void {
    const { source } = this.#entry;
    if (source instanceof Readable) source.on('error', ignore).destroy();
  }

  complete(record: DirectoryRecord): WrittenEntry {
    const { path } = this.#entry;
    if (record.path !== path || record.bytes !== this.#bytes || record.crc32 !== this.#crc32) {
      throw new PipelineError('InternalError', {
        path,
        reason: 'the archive says something else than was written',
      });
    }
    const { compressedBytes } = record;
    return {
      path,
      bytes: this.#bytes,
      sha256: this.#hash.digest('hex'),
      compressedBytes,
      crc32: this.#crc32,
    };
  }
}

/** Measures the output and keeps its end, where the list of entries is. */
class OutputMeter extends Transform {
  readonly #hash: Hash = createHash('sha256');
  readonly #rest: Buffer[] = [];
  #keepsRest = false;
  bytes = 0;

  override _transform(
    chunk: Buffer,
    _encoding: string,
    done: (error: null, chunk: Buffer) => void,
  ): void {
    this.#hash.update(chunk);
    this.bytes += chunk.length;
    if (this.#keepsRest) this.#rest.push(chunk);
    done(null, chunk);
  }

  keepRest(): void {
    this.#keepsRest = true;
  }

  digest(): string {
    return this.#hash.digest('hex');
  }

  asSource(): ArchiveSource {
    return tailSource(this.bytes, Buffer.concat(this.#rest));
  }
}

function ignore(): void {
  // The failure that led here is told already.
}
