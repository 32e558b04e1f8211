import { createHash, randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { open, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { PipelineError, isPipelineError } from '../../schemas/pipeline-error';
import type { Settings } from '../../schemas/settings';
import type { PackageFile } from '../../store/releases/find-package';
import { readPackage, toStoreError } from './package-store';

/** A package on its way to a file. */
export interface Download {
  readonly file: PackageFile;
  /** A path; of a folder that is there, the package's own name inside it. */
  readonly target: string;
  readonly onProgress?: ((progress: DownloadProgress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** How far a download is, in bytes. */
export interface DownloadProgress {
  readonly done: number;
  readonly total: number;
}

/**
 * Streams a package into a file beside the target, compares its size and SHA-256 with the record,
 * and only then gives it its name: what is there is whole. Leaves nothing behind when it fails.
 * Throws `PackageCorrupt`, `ObjectStoreUnavailable`, and `InvalidInput` where it cannot be written.
 */
export async function downloadPackage(
  settings: Settings['objectStore'],
  download: Download,
): Promise<string> {
  const target = await resolveTarget(download);
  const part = `${target}.${randomBytes(4).toString('hex')}.part`;
  try {
    await writePart(settings, { ...download, target: part });
    await rename(part, target);
    return target;
  } catch (error) {
    await rm(part, { force: true }).catch(() => undefined);
    throw toError(error, download);
  }
}

async function resolveTarget({ target, file }: Download): Promise<string> {
  const found = await stat(target).catch(() => undefined);
  return found?.isDirectory() === true ? join(target, file.name) : target;
}

async function writePart(settings: Settings['objectStore'], download: Download): Promise<void> {
  const { file, target, onProgress, signal } = download;
  const hash = createHash('sha256');
  let done = 0;
  const meter = new Transform({
    transform(chunk: Buffer, _encoding, next) {
      hash.update(chunk);
      done += chunk.length;
      onProgress?.({ done, total: file.sizeBytes });
      next(null, chunk);
    },
  });
  const source = await readPackage(settings, file);
  const output = createWriteStream(target, { flags: 'wx' });
  await pipeline(source, meter, output, signal === undefined ? {} : { signal });
  const digest = hash.digest('hex');
  if (done !== file.sizeBytes || digest !== file.digest) {
    throw new PipelineError('PackageCorrupt', { package: file.id, bytes: done, digest });
  }
  await flush(target);
}

async function flush(path: string): Promise<void> {
  const handle = await open(path, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function toError(error: unknown, { file, target, signal }: Download): unknown {
  if (isPipelineError(error) || signal?.aborted === true) return error;
  const { syscall } = error as NodeJS.ErrnoException;
  const local = ['open', 'write', 'rename', 'fsync', 'close'].includes(String(syscall));
  return local
    ? new PipelineError('InvalidInput', { file: target }, { cause: error })
    : toStoreError(error, file);
}
