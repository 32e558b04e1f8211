import { stat } from 'node:fs/promises';
import { openFileSource, type ArchiveSource } from '../../archive/archive-source';
import { PipelineError } from '../../schemas/pipeline-error';

/**
 * Opens a file for `body` and closes it afterwards. Throws `PackageFileUnreadable` where there is no
 * such file, or no right to read it.
 */
export async function withPackageFile<Result>(
  file: string,
  body: (source: ArchiveSource) => Promise<Result>,
): Promise<Result> {
  const source = await openPackageFile(file);
  try {
    return await body(source);
  } finally {
    await source.close();
  }
}

async function openPackageFile(file: string): ReturnType<typeof openFileSource> {
  try {
    // Asked first: opening a named pipe would wait for somebody to write into it.
    if ((await stat(file)).isFile()) return await openFileSource(file);
  } catch (error) {
    throw new PipelineError('PackageFileUnreadable', { file, reason: reasonOf(error) });
  }
  throw new PipelineError('PackageFileUnreadable', { file, reason: 'not a file' });
}

function reasonOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
}
