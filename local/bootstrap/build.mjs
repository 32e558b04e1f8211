import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { BootstrapFailure } from './failure.mjs';
import { runCommand } from './run-command.mjs';

/**
 * Builds dist/ unless it was built from just these sources.
 * @param {string} root
 * @param {(line: string) => void} say
 */
export async function ensureBuilt(root, say) {
  const marker = join(root, 'dist', '.built-from');
  const digest = digestSources(root);
  if (existsSync(marker) && readFileSync(marker, 'utf8') === digest) return;
  say('Building (npm run build) …');
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const { code } = await runCommand(npm, ['run', '--silent', 'build'], {
    cwd: root,
    onOutput: (text) => process.stderr.write(text),
  });
  if (code !== 0) {
    throw new BootstrapFailure(`the build failed (npm run build ended with ${code})`, [
      'mend what the compiler says above',
      'a clean start: remove node_modules and dist, then call again',
    ]);
  }
  mkdirSync(join(root, 'dist'), { recursive: true });
  writeFileSync(marker, digest);
}

/** @param {string} root */
function digestSources(root) {
  const config = JSON.parse(readFileSync(join(root, 'tsconfig.build.json'), 'utf8'));
  const folders = /** @type {string[]} */ (config.include);
  const files = folders.flatMap((folder) => listFiles(join(root, folder)));
  files.push(
    ...['package-lock.json', 'tsconfig.json', 'tsconfig.build.json'].map((f) => join(root, f)),
  );
  const digest = createHash('sha256');
  for (const file of files.sort()) {
    digest
      .update(`${relative(root, file)}\0`)
      .update(readFileSync(file))
      .update('\0');
  }
  return digest.digest('hex');
}

/** @param {string} folder @returns {string[]} */
function listFiles(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? listFiles(path) : [path];
  });
}
