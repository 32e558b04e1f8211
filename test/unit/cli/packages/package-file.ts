import { spawn } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { makePackage, type PackageToMake } from '../../archive/make-package';

const root = path.resolve(__dirname, '../../../..');

/** A folder for one test. */
export function temporaryFolder(): Promise<string> {
  return mkdtemp(path.join(tmpdir(), 'gantry-package-'));
}

/** Takes the folder away. */
export function removeFolder(folder: string): Promise<void> {
  return rm(folder, { recursive: true, force: true });
}

/** A small package in a file of the folder. */
export async function writePackage(folder: string, making: PackageToMake = {}): Promise<string> {
  const file = path.join(folder, 'june.dp');
  await writeFile(file, await makePackage(making));
  return file;
}

/** The names in a folder and below. */
export async function listFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .sort();
}

/** Runs `gantry` as a process with an environment that holds PATH alone, in the folder. */
export async function runProcess(
  folder: string,
  args: readonly string[],
  input = '',
): Promise<{ status: number | null; stdout: string; stderr: string }> {
  const hook = path.join(root, 'test/support/typescript-hook.cjs');
  const child = spawn(
    process.execPath,
    ['--require', hook, path.join(root, 'cli/main.ts'), ...args],
    { cwd: folder, env: { PATH: process.env['PATH'] } },
  );
  child.stdin.end(input);
  const closed = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { status: await closed, stdout, stderr };
}
