import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statfsSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { BootstrapFailure } from './failure.mjs';
import { withLock } from './lock.mjs';
import { runCommand } from './run-command.mjs';

const root = join(import.meta.dirname, '..', '..');
const bytesToBuild = 4 * 1024 ** 3;

/**
 * A server that Gantry runs as a process of its own, and how it is got.
 * @typedef {{ name: string, goPackage: string, variable: string, suits: (version: string) => boolean }} ServerKind
 * @typedef {{ path: string, version: string, from: 'variable' | 'path' | 'cache' | 'built' }} Server
 */

/** @type {Record<'temporal' | 'minio', ServerKind>} */
export const serverKinds = {
  temporal: {
    name: 'temporal',
    goPackage: 'github.com/temporalio/cli/cmd/temporal',
    variable: 'GANTRY_TEMPORAL_BIN',
    suits: (version) => atLeast(version, [1, 31]),
  },
  minio: {
    name: 'minio',
    goPackage: 'github.com/minio/minio',
    variable: 'GANTRY_MINIO_BIN',
    suits: () => true,
  },
};

/**
 * Finds the server: the one its variable names, a suitable one on PATH, the one built before; else
 * builds it with Go.
 * @param {ServerKind} kind
 * @param {{ say: (line: string) => void, build?: boolean }} options
 * @returns {Promise<Server>}
 */
export async function ensureServer(kind, { say, build = true }) {
  const found = (await fromVariable(kind)) ?? (await fromPath(kind)) ?? (await fromCache(kind));
  if (found) return found;
  if (!build) throw notBuilt(kind);
  const lock = `${cacheFolder(kind)}.lock`;
  return withLock(lock, {
    onWait: () => say(`Waiting for another process that builds ${kind.name} …`),
    work: async () => (await fromCache(kind)) ?? buildServer(kind, say),
  });
}

/** @param {ServerKind} kind @returns {Promise<Server | undefined>} */
async function fromVariable(kind) {
  const path = process.env[kind.variable];
  if (!path) return undefined;
  const version = await readVersion(path);
  if (version !== undefined && kind.suits(version)) return { path, version, from: 'variable' };
  throw new BootstrapFailure(
    `${kind.variable} names ${path}, which is not a suitable ${kind.name}`,
    [
      `name another one in ${kind.variable}`,
      `unset ${kind.variable}, so that one is looked for or built`,
    ],
  );
}

/** @param {ServerKind} kind @returns {Promise<Server | undefined>} */
async function fromPath(kind) {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const path = join(folder, kind.name);
    if (folder === '' || !existsSync(path)) continue;
    const version = await readVersion(path);
    if (version !== undefined && kind.suits(version)) return { path, version, from: 'path' };
  }
  return undefined;
}

/** @param {ServerKind} kind @returns {Promise<Server | undefined>} */
async function fromCache(kind) {
  const path = join(cacheFolder(kind), kind.name);
  if (!existsSync(path)) return undefined;
  const version = await readVersion(path);
  return version === undefined ? undefined : { path, version, from: 'cache' };
}

/**
 * The folder of a built server, named by the digest of what it was built from.
 * @param {ServerKind} kind
 */
function cacheFolder(kind) {
  const base = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
  const digest = createHash('sha256');
  for (const file of ['go.mod', 'go.sum']) {
    digest.update(readFileSync(join(root, 'tools', kind.name, file)));
  }
  const key = digest.digest('hex').slice(0, 16);
  const name = `${kind.name}-${key}-${process.platform}-${process.arch}`;
  return join(base, 'gantry', 'servers', name);
}

/** @param {ServerKind} kind @param {(line: string) => void} say @returns {Promise<Server>} */
async function buildServer(kind, say) {
  const folder = cacheFolder(kind);
  mkdirSync(folder, { recursive: true });
  await requireGo(kind);
  requireSpace(folder);
  say(`Building ${kind.name} with Go: once, a few minutes …`);
  const path = join(folder, kind.name);
  const part = `${path}.${process.pid}.part`;
  const startedAt = Date.now();
  const timer = setInterval(() => {
    say(`  … ${kind.name}: ${Math.round((Date.now() - startedAt) / 1000)} s`);
  }, 5000);
  try {
    const args = ['build', '-mod=readonly', '-trimpath', '-ldflags', '-s -w', '-o', part];
    const { code, output } = await runCommand('go', [...args, kind.goPackage], {
      cwd: join(root, 'tools', kind.name),
      env: { ...process.env, CGO_ENABLED: '0' },
      onOutput: () => undefined,
    });
    if (code !== 0) throw buildFailed(kind, output);
    renameSync(part, path);
  } finally {
    clearInterval(timer);
    rmSync(part, { force: true });
  }
  const version = await readVersion(path);
  if (version === undefined) throw buildFailed(kind, 'the built program does not start');
  return { path, version, from: 'built' };
}

/** @param {ServerKind} kind */
async function requireGo(kind) {
  const { code } = await runCommand('go', ['version'], { onOutput: () => undefined });
  if (code === 0) return;
  throw new BootstrapFailure(
    `${kind.name} is not here, and Go, which would build it, is not installed`,
    [
      'install Go 1.26 or later (https://go.dev/dl), then call again',
      `install ${kind.name} yourself and put it on PATH or name it in ${kind.variable}`,
    ],
  );
}

/** @param {string} folder */
function requireSpace(folder) {
  const { bavail, bsize } = statfsSync(folder);
  if (bavail * bsize >= bytesToBuild) return;
  throw new BootstrapFailure(
    `the disk of ${folder} has less than 4 GB free, too little to build in`,
    [
      'free some space',
      'name a folder on another disk in XDG_CACHE_HOME (and in GOCACHE and GOMODCACHE)',
    ],
  );
}

/** @param {ServerKind} kind */
function notBuilt(kind) {
  return new BootstrapFailure(`${kind.name} is not here`, [
    'run "npm start" once, which builds it',
    `put it on PATH or name it in ${kind.variable}`,
  ]);
}

/** @param {ServerKind} kind @param {string} output */
function buildFailed(kind, output) {
  const lines = output.trim().split('\n').slice(-5).join('\n    ');
  return new BootstrapFailure(`${kind.name} could not be built:\n    ${lines}`, [
    'offline: set GOPROXY to a reachable Go module proxy, or build once where there is one',
    'no space left: free some, or set GOCACHE, GOMODCACHE and XDG_CACHE_HOME to another disk',
    `install ${kind.name} yourself and put it on PATH or name it in ${kind.variable}`,
  ]);
}

/**
 * The version a server says it has; undefined when it does not start.
 * @param {string} path
 */
async function readVersion(path) {
  const { code, output } = await runCommand(path, ['--version'], { onOutput: () => undefined });
  if (code !== 0) return undefined;
  return (/Server (\d+\.\d+\.\d+)/.exec(output) ?? /version (\S+)/i.exec(output))?.[1] ?? '0.0.0';
}

/** @param {string} version @param {[number, number]} least */
function atLeast(version, [major, minor]) {
  const [a = 0, b = 0] = version.split('.').map(Number);
  return a > major || (a === major && b >= minor);
}
