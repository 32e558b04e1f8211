import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BootstrapFailure } from './failure.mjs';
import { runCommand } from './run-command.mjs';

/**
 * Installs the packages of the lock file unless just these are installed already.
 * @param {string} root
 * @param {(line: string) => void} say
 */
export async function ensureInstalled(root, say) {
  if (isInstalled(root)) return;
  say('Installing packages (npm ci) …');
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const args = ['ci', '--no-audit', '--no-fund', '--loglevel=error'];
  const { code, output } = await runCommand(npm, args, {
    cwd: root,
    onOutput: (text) => process.stderr.write(text),
  });
  if (code === 0 && isInstalled(root)) return;
  throw new BootstrapFailure(`the packages could not be installed (npm ci ended with ${code})`, [
    ...(output.includes('ENOSPC') ? ['the disk is full: free some space'] : []),
    'offline: name a reachable registry (npm config set registry …), or run npm ci once where there is one',
    'see what npm says above, mend it, and call again',
  ]);
}

/** @param {string} root */
function isInstalled(root) {
  // npm writes this file last, so an interrupted installation has none.
  const installedLock = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(installedLock)) return false;
  const wanted = readPackages(join(root, 'package-lock.json'));
  const installed = readPackages(installedLock);
  const all = Object.entries(wanted).filter(([path]) => path !== '');
  return all.every(([path, { version, optional, peer }]) => {
    const here = installed[path];
    return here ? here.version === version : Boolean(optional || peer);
  });
}

/**
 * @param {string} file
 * @returns {Record<string, { version?: string, optional?: boolean, peer?: boolean }>}
 */
function readPackages(file) {
  return JSON.parse(readFileSync(file, 'utf8')).packages ?? {};
}
