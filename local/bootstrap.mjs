/**
 * Prepares what Gantry needs and runs it: `start`, `stop`, `test`, and `servers`, which tells where
 * the server programs are. Node's own modules only, as it runs before anything is installed.
 */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(fileURLToPath(import.meta.url), '..', '..');
const projects = ['unit', 'replay', 'contract', 'integration', 'e2e'];

/** @param {string} line */
const say = (line) => process.stderr.write(`${line}\n`);

/** @type {Record<string, (args: string[]) => Promise<number>>} */
const commands = {
  start: async (args) => {
    await prepare();
    return runNode([join(root, 'dist', 'cli', 'main.js'), 'demo', ...args]);
  },
  stop: async (args) => {
    const { existsSync } = await import('node:fs');
    const cli = join(root, 'dist', 'cli', 'main.js');
    return existsSync(cli) ? runNode([cli, 'down', ...args]) : 0;
  },
  test: async (args) => {
    await prepare();
    const jest = join(root, 'node_modules', 'jest', 'bin', 'jest.js');
    const chosen = args.includes('--selectProjects') ? [] : ['--selectProjects', ...projects];
    return runNode([jest, ...chosen, ...args]);
  },
  servers: async (args) => {
    const servers = await findServers(!args.includes('--no-build'));
    process.stdout.write(`${JSON.stringify(servers)}\n`);
    return 0;
  },
};

await main();

async function main() {
  const [name = 'help', ...args] = process.argv.slice(2);
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined) {
    say(
      'Usage: node local/bootstrap.mjs start | stop | test [jest options] | servers [--no-build]',
    );
    process.exitCode = name === 'help' || name === '--help' ? 0 : 2;
    return;
  }
  if (!isNodeSuitable()) {
    say(`gantry: this is Node ${process.versions.node}; Gantry needs 20.15 or later.`);
    say('What helps:\n  - install Node 20 (20.15 or later), 22 or 24: https://nodejs.org');
    process.exitCode = 1;
    return;
  }
  try {
    process.exitCode = await command(args);
  } catch (error) {
    const { reportFailure } = await import('./bootstrap/failure.mjs');
    reportFailure(error);
  }
}

async function prepare() {
  const { ensureInstalled } = await import('./bootstrap/install.mjs');
  const { ensureBuilt } = await import('./bootstrap/build.mjs');
  await ensureInstalled(root, say);
  await findServers(true);
  await ensureBuilt(root, say);
}

/** @param {boolean} build */
async function findServers(build) {
  const { ensureServer, serverKinds } = await import('./bootstrap/servers.mjs');
  // One after the other: a build uses all cores by itself.
  const temporal = await ensureServer(serverKinds.temporal, { say, build });
  const minio = await ensureServer(serverKinds.minio, { say, build });
  return { temporal, minio };
}

/** @param {string[]} args */
async function runNode(args) {
  const { runCommand } = await import('./bootstrap/run-command.mjs');
  // Ctrl-C reaches the program through the terminal; this process waits for it to end cleanly.
  const ignore = () => undefined;
  process.on('SIGINT', ignore);
  const { code } = await runCommand(process.execPath, args, { cwd: process.cwd() });
  process.off('SIGINT', ignore);
  return code;
}

function isNodeSuitable() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  return major > 20 || (major === 20 && minor >= 15);
}
