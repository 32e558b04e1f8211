import { createHash } from 'node:crypto';
import { addAbortSignal, type Writable } from 'node:stream';
import { finished, pipeline } from 'node:stream/promises';
import { crc32 } from 'node:zlib';
import { PipelineError } from '../schemas/pipeline-error';
import { foldPath } from './entry-path';
import { readFragment, type Fragment } from './fragment-reader';
import {
  encodeCentralHeader,
  encodeDirectoryEnd,
  encodeLocalHeader,
  flags,
  methods,
  plainFileAttributes,
  type DirectoryRecord,
} from './zip-records';

export interface FragmentsToJoin {
  /** Entries stored in front of all others; they lie in memory. */
  readonly head: readonly { readonly path: string; readonly content: Buffer }[];
  readonly fragments: Iterable<Fragment> | AsyncIterable<Fragment>;
  readonly output: Writable;
  readonly signal?: AbortSignal;
}

/** A joined archive: size in bytes, digest in hex. */
export interface JoinedArchive {
  readonly bytes: number;
  readonly sha256: string;
  readonly entryCount: number;
}

/**
 * Joins finished ZIPs into one, in the given order, by copying each entry's header and compressed
 * bytes and writing one new list of entries (zip64 where needed). What was written before an error
 * is to be thrown away: a fragment that differs from its digest or its entries is found while it is
 * copied (`StagedObjectCorrupt`). Same input, same bytes (REL-21).
 */
export async function joinFragments(joining: FragmentsToJoin): Promise<JoinedArchive> {
  const joiner = new Joiner(joining);
  const { output, signal } = joining;
  signal?.throwIfAborted();
  // A source that hangs must not hold up the end: its stream goes down with the output.
  const inputs = new AbortController();
  output.once('close', () => inputs.abort());
  try {
    const piped = pipeline(
      joiner.write(inputs.signal),
      output,
      signal === undefined ? {} : { signal },
    );
    // A pipeline waits for its source even when its output is gone.
    await Promise.all([piped, finished(output)]);
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    inputs.abort();
  }
  return joiner.result();
}

class Joiner {
  readonly #joining: FragmentsToJoin;
  readonly #hash = createHash('sha256');
  readonly #directory: Buffer[] = [];
  readonly #paths = new Set<string>();
  #bytes = 0;
  #entryCount = 0;

  constructor(joining: FragmentsToJoin) {
    this.#joining = joining;
  }

  async *write(signal: AbortSignal): AsyncGenerator<Buffer> {
    for (const { path, content } of this.#joining.head) {
      const record = storedRecord(path, content);
      this.#list([record], this.#bytes);
      yield this.#measure(Buffer.concat([encodeLocalHeader(record), content]));
    }
    for await (const fragment of this.#joining.fragments) {
      signal.throwIfAborted();
      const start = this.#bytes;
      const read = readFragment({
        ...fragment,
        open: async (from, to) => addAbortSignal(signal, await fragment.open(from, to)),
      });
      let step = await read.next();
      for (; step.done !== true; step = await read.next()) yield this.#measure(step.value);
      this.#list(step.value, start);
    }
    const offset = this.#bytes;
    for (const part of this.#directory) yield this.#measure(part);
    const end = { entryCount: this.#entryCount, offset, bytes: this.#bytes - offset };
    yield this.#measure(encodeDirectoryEnd(end));
  }

  result(): JoinedArchive {
    return { bytes: this.#bytes, sha256: this.#hash.digest('hex'), entryCount: this.#entryCount };
  }

  #measure(chunk: Buffer): Buffer {
    this.#hash.update(chunk);
    this.#bytes += chunk.length;
    return chunk;
  }

  /** Keeps the central headers of entries that were copied to `start`. */
  #list(records: readonly DirectoryRecord[], start: number): void {
    const headers = records.map((record) => {
      const folded = foldPath(record.path);
      if (this.#paths.has(folded)) throw new PipelineError('EntryPathTaken', { path: record.path });
      this.#paths.add(folded);
      return encodeCentralHeader({ ...record, headerOffset: record.headerOffset + start });
    });
    this.#directory.push(Buffer.concat(headers));
    this.#entryCount += records.length;
  }
}

function storedRecord(path: string, content: Buffer): DirectoryRecord {
  const pathBytes = Buffer.from(path, 'utf8');
  return {
    path,
    pathBytes,
    // Made by version 4.5 on Unix, on 1980-01-01: as archiver writes it.
    versionMadeBy: (3 << 8) | 45,
    versionNeeded: 10,
    flags: pathBytes.length === path.length ? 0 : flags.utf8,
    method: methods.stored,
    dosTime: 0,
    dosDate: (1 << 5) | 1,
    crc32: crc32(content),
    compressedBytes: content.length,
    bytes: content.length,
    diskNumber: 0,
    internalAttributes: 0,
    externalAttributes: plainFileAttributes,
    headerOffset: 0,
    extra: Buffer.alloc(0),
    comment: Buffer.alloc(0),
  };
}
