import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const program = join(__dirname, '..', '..', 'dist', 'cli', 'main.js');

/** What a command line wrote and its exit status. */
export interface ShellResult {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Creates the function that runs a line in `sh` with `folder` as the current one, as a person would
 * type it: `gantry` is on the path, the installation and the token are in the environment.
 */
export function createShell(
  folder: string,
  environment: Readonly<Record<string, string>>,
): (line: string, token: string) => Promise<ShellResult> {
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  const command = join(bin, 'gantry');
  writeFileSync(command, `#!/bin/sh\nexec "${process.execPath}" "${program}" "$@"\n`);
  chmodSync(command, 0o755);
  return async (line, token) => {
    const path = `${bin}:${process.env['PATH'] ?? ''}`;
    const child = spawn('sh', ['-c', line], {
      cwd: folder,
      env: { ...environment, PATH: path, HOME: folder, LANG: 'C.UTF-8', GANTRY_TOKEN: token },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const written = { stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => (written.stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (written.stderr += text));
    const status = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    return { status, ...written };
  };
}
