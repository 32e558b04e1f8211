import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { archiveFault } from './archive-findings';
import { rangedSource, type ArchiveSource } from './archive-source';

/** A source that was read from first to last byte once its digest is known. */
export interface OnePassSource extends ArchiveSource {
  /** Reads on to the end and gives the SHA-256 of all bytes in hex. */
  readonly digest: () => Promise<string>;
  /** Lets go of the bytes that are still to come. */
  readonly close: () => Promise<void>;
}

/** What is kept of the bytes that came, for readers who are a little behind. */
const keptBytes = 4 * 1024 * 1024;
/** Whoever wants bytes that are further ahead gets them by a range of their own. */
const aheadBytes = 4 * 1024 * 1024;

/**
 * A source over an object in a store for those who read it roughly in order and want its digest too:
 * its bytes come by one request, each byte once, and are hashed on the way; only what lies far from
 * there is asked for apart, as by `rangedSource`. Memory is bounded. `onProgress` is told how many
 * bytes have come.
 */
export function onePassSource(
  size: number,
  openRange: (start: number, end: number) => Promise<Readable>,
  onProgress: (bytes: number) => void = () => undefined,
): OnePassSource {
  const pass = new Pass(size, openRange, onProgress);
  const apart = rangedSource(size, openRange);
  const stream = (offset: number, length: number): Readable =>
    Readable.from(pieces(offset, offset + length), { objectMode: false });
  async function* pieces(start: number, end: number): AsyncGenerator<Buffer> {
    for (let at = start; at < end;) {
      if (!pass.isNear(at)) {
        yield* apart.stream(at, end - at) as AsyncIterable<Buffer>;
        return;
      }
      const piece = await pass.pieceAt(at);
      // It may be gone while it was waited for.
      if (piece === undefined) continue;
      yield piece.subarray(0, end - at);
      at += Math.min(piece.length, end - at);
    }
  }
  return {
    size,
    stream,
    async read(offset, length) {
      if (!pass.isNear(offset)) return apart.read(offset, length);
      const found: Buffer[] = [];
      for await (const piece of pieces(offset, offset + length)) found.push(piece);
      return Buffer.concat(found);
    },
    digest: () => pass.digest(),
    close: () => pass.close(),
  };
}

/** The one reading of all bytes, which whoever needs the next ones drives on. */
class Pass {
  readonly #size: number;
  readonly #openRange: (start: number, end: number) => Promise<Readable>;
  readonly #onProgress: (bytes: number) => void;
  readonly #hash = createHash('sha256');
  readonly #kept: Buffer[] = [];
  #keptFrom = 0;
  #position = 0;
  #opened: Readable | undefined;
  #chunks: AsyncIterator<Buffer, undefined> | undefined;
  #next: Promise<void> | undefined;

  constructor(
    size: number,
    openRange: (start: number, end: number) => Promise<Readable>,
    onProgress: (bytes: number) => void,
  ) {
    this.#size = size;
    this.#openRange = openRange;
    this.#onProgress = onProgress;
  }

  /** The byte at this offset is kept, or comes soon. */
  isNear(offset: number): boolean {
    return offset >= this.#keptFrom && offset < this.#position + aheadBytes;
  }

  /** Bytes from this offset on, as many as lie together; undefined where they are gone. */
  async pieceAt(offset: number): Promise<Buffer | undefined> {
    while (this.#position <= offset) await this.#pull();
    if (offset < this.#keptFrom) return undefined;
    let end = this.#position;
    for (let index = this.#kept.length - 1; index >= 0; index--) {
      const chunk = this.#kept[index] as Buffer;
      end -= chunk.length;
      if (end <= offset) return chunk.subarray(offset - end);
    }
    return undefined;
  }

  async digest(): Promise<string> {
    while (this.#position < this.#size) await this.#pull();
    return this.#hash.digest('hex');
  }

  async close(): Promise<void> {
    await this.#next?.catch(() => undefined);
    this.#opened?.destroy();
    this.#kept.length = 0;
  }

  /** Brings the next bytes; all who wait for them wait for the same. */
  #pull(): Promise<void> {
    this.#next ??= this.#bring().finally(() => (this.#next = undefined));
    return this.#next;
  }

  async #bring(): Promise<void> {
    this.#opened ??= await this.#openRange(0, this.#size);
    this.#chunks ??= this.#opened[Symbol.asyncIterator]() as AsyncIterator<Buffer, undefined>;
    const { done, value } = await this.#chunks.next();
    if (done === true || this.#position + value.length > this.#size) {
      const came = this.#position + (value?.length ?? 0);
      throw archiveFault('ArchiveTruncated', { detail: `${came} of ${this.#size} bytes came` });
    }
    this.#hash.update(value);
    this.#kept.push(value);
    this.#position += value.length;
    this.#onProgress(this.#position);
    for (let first = this.#kept[0]; first !== undefined; first = this.#kept[0]) {
      if (this.#position - this.#keptFrom - first.length < keptBytes) break;
      this.#kept.shift();
      this.#keptFrom += first.length;
    }
  }
}
