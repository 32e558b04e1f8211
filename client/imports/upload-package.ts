import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { PipelineError } from '../../schemas/pipeline-error';
import type { Settings } from '../../schemas/settings';
import { connectObjectStore } from '../packages/connect-object-store';

/** A package file on this machine. */
export interface LocalPackage {
  readonly file: string;
  readonly bytes: number;
  /** Of the whole file, hex. */
  readonly sha256: string;
}

/** How far an upload is, in bytes. */
export interface UploadProgress {
  readonly done: number;
  readonly total: number;
}

/** Where a file goes, and who wants to know how far it is. */
export interface Upload {
  readonly key: string;
  readonly onProgress?: ((progress: UploadProgress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Reads size and SHA-256 of a file. Throws `PackageFileUnreadable`. */
export async function measurePackage(file: string, signal?: AbortSignal): Promise<LocalPackage> {
  try {
    // Asked first: opening a named pipe would wait for somebody to write into it.
    const found = await stat(file);
    if (!found.isFile()) throw new PipelineError('PackageFileUnreadable', { file });
    const hash = createHash('sha256');
    await pipeline(createReadStream(file), hash, { ...(signal === undefined ? {} : { signal }) });
    return { file, bytes: found.size, sha256: hash.digest('hex') };
  } catch (error) {
    if (signal?.aborted === true || error instanceof PipelineError) throw error;
    const reason = (error as NodeJS.ErrnoException).code ?? 'unknown';
    throw new PipelineError('PackageFileUnreadable', { file, reason }, { cause: error });
  }
}

/**
 * Puts a file into the object store under a key; one that lies there already with the same bytes is
 * not sent again. Atomic: the key has the whole file or nothing. Throws `ObjectStoreUnavailable`,
 * and `PackageFileUnreadable` where the file changed meanwhile.
 */
export async function uploadPackage(
  settings: Settings['objectStore'],
  local: LocalPackage,
  { key, onProgress, signal }: Upload,
): Promise<void> {
  const store = connectObjectStore(settings, settings.endpoint);
  const known = await store.statObject(settings.bucket, key).catch(() => undefined);
  if (known?.metaData['sha256'] === local.sha256) return;
  const hash = createHash('sha256');
  let done = 0;
  const meter = new Transform({
    transform(chunk: Buffer, _encoding, next) {
      hash.update(chunk);
      done += chunk.length;
      onProgress?.({ done, total: local.bytes });
      next(null, chunk);
    },
    flush(next) {
      // Found before the last bytes leave: the store drops what is shorter than it was told.
      const same = hash.digest('hex') === local.sha256;
      next(same ? null : new PipelineError('PackageFileUnreadable', { file: local.file }));
    },
  });
  const reading = pipeline(createReadStream(local.file), meter, {
    ...(signal === undefined ? {} : { signal }),
  });
  const storing = store
    .putObject(settings.bucket, key, meter, local.bytes, { 'x-amz-meta-sha256': local.sha256 })
    .catch((error: unknown) => {
      meter.destroy();
      throw error;
    });
  const [read, stored] = await Promise.allSettled([reading, storing]);
  signal?.throwIfAborted();
  if (read.status === 'rejected' && read.reason instanceof PipelineError) throw read.reason;
  if (stored.status === 'rejected') {
    throw new PipelineError('ObjectStoreUnavailable', { key }, { cause: stored.reason });
  }
}
