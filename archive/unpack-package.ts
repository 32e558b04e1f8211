import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { PipelineError } from '../schemas/pipeline-error';
import type { ArchiveSource } from './archive-source';
import { openArchive } from './archive-reader';
import { manifestPath, sealPath } from './package-layout';
import {
  verifyPackage,
  type EntrySink,
  type PackageVerdict,
  type VerifyOptions,
} from './verify-package';

export interface UnpackOptions extends Omit<VerifyOptions, 'onEntry'> {
  /** Replaces a folder that is not empty. @default false */
  readonly force?: boolean;
}

/**
 * Unpacks a package into a new or empty folder while checking it as `verifyPackage` does. The folder
 * appears whole or not at all: nothing is left behind of a package that fails (`PackageCorrupt`, with
 * the findings), and nothing is ever written outside. Refuses a folder with content
 * (`UnpackTargetNotEmpty`) unless `force` replaces it.
 */
export async function unpackPackage(
  source: ArchiveSource,
  folder: string,
  options: UnpackOptions = {},
): Promise<PackageVerdict> {
  const target = path.resolve(folder);
  await refuseContent(target, options.force ?? false);
  const draft = `${target}.${randomBytes(6).toString('hex')}.part`;
  await mkdir(path.dirname(target), { recursive: true });
  await mkdir(draft);
  try {
    const verdict = await verifyPackage(source, {
      ...options,
      onEntry: (entryPath) => openSink(draft, entryPath),
    });
    if (!verdict.ok) {
      const errors = verdict.findings.filter((finding) => finding.severity === 'error');
      const reasons = [...new Set(errors.map((finding) => finding.code))];
      throw new PipelineError('PackageCorrupt', { reasons }, { findings: verdict.findings });
    }
    await writeHead(source, draft, options);
    await replaceFolder(draft, target);
    return verdict;
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

async function refuseContent(target: string, force: boolean): Promise<void> {
  const content = await readdir(target).catch((error: unknown) => {
    if (isMissing(error)) return [];
    throw error;
  });
  if (content.length > 0 && !force)
    throw new PipelineError('UnpackTargetNotEmpty', { folder: target });
}

async function openSink(draft: string, entryPath: string): Promise<EntrySink> {
  const file = path.join(draft, ...entryPath.split('/'));
  await mkdir(path.dirname(file), { recursive: true });
  const handle = await open(file, 'wx', 0o644);
  return {
    async write(chunk) {
      await handle.appendFile(chunk);
    },
    close: () => handle.close(),
  };
}

/** Manifest and seal were read into memory; they are written as they are. */
async function writeHead(
  source: ArchiveSource,
  draft: string,
  options: UnpackOptions,
): Promise<void> {
  const archive = await openArchive(source, options.limits);
  for (const name of [manifestPath, sealPath]) {
    const sink = await openSink(draft, name);
    try {
      const content = await archive.find(name)?.read();
      if (content !== undefined) await sink.write(content);
    } finally {
      await sink.close();
    }
  }
}

/** Renames cannot replace a folder with content: the old one steps aside first. */
async function replaceFolder(draft: string, target: string): Promise<void> {
  const aside = `${draft}.old`;
  const exists = await stat(target).then(
    () => true,
    (error: unknown) => {
      if (isMissing(error)) return false;
      throw error;
    },
  );
  if (exists) await rename(target, aside);
  try {
    await rename(draft, target);
  } catch (error) {
    if (exists) await rename(aside, target);
    throw error;
  }
  await rm(aside, { recursive: true, force: true });
}

function isMissing(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT';
}
