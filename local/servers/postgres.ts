import { execFile } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { PipelineError } from '../../schemas/pipeline-error';
import { packageRoot } from '../package-root';
import { findPostgresUser, requireReachable, type SystemUser } from '../postgres-user';
import { readSecret } from '../stack-credentials';
import type { ChildPlan } from '../supervised-child';
import type { ServerContext } from './server-context';

const run = promisify(execFile);
const settings = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '200',
  max_wal_size: '2GB',
  password_encryption: 'scram-sha-256',
  timezone: 'UTC',
  wal_level: 'logical',
};

/** Makes the database cluster where there is none, and says how PostgreSQL is started on it. */
export async function planPostgres(context: ServerContext): Promise<ChildPlan> {
  const { paths, binaries, ports, credentials } = context;
  const user = findPostgresUser();
  const dataFolder = join(paths.data, 'postgres-18');
  if (user !== undefined) {
    requireReachable(paths.data, user);
    requireReachable(binaries.postgres, user);
  }
  await repairLibraries(binaries.postgres);
  if (!existsSync(dataFolder)) await initialise(context, { dataFolder, user });
  const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  return {
    name: 'postgres',
    command: join(binaries.postgres, 'postgres'),
    args: ['-D', dataFolder, '-p', String(ports.postgres), ...options],
    env: serverEnvironment(),
    cwd: paths.data,
    ...(user === undefined ? {} : { user }),
    logFile: join(paths.logs, 'postgres.log'),
    probe: () => ensureDatabase(ports.postgres, readSecret(credentials.databasePasswordFile)),
    readyTimeoutMs: 120_000,
    // SIGINT is PostgreSQL's fast shutdown: it ends sessions, SIGTERM would wait for them.
    stopSignal: 'SIGINT',
    stopTimeoutMs: 60_000,
  };
}

/** Initialises beside the final place and renames, so that a crash leaves nothing half made. */
async function initialise(
  { paths, binaries, credentials }: ServerContext,
  { dataFolder, user }: { dataFolder: string; user: SystemUser | undefined },
): Promise<void> {
  const part = `${dataFolder}.part`;
  const passwordFile = join(paths.data, 'initdb.password');
  rmSync(part, { recursive: true, force: true });
  rmSync(passwordFile, { force: true });
  mkdirSync(part, { mode: 0o700 });
  try {
    writeFileSync(passwordFile, readSecret(credentials.databasePasswordFile), { mode: 0o600 });
    if (user !== undefined) {
      for (const path of [part, passwordFile]) chownSync(path, user.uid, user.gid);
    }
    const args = [
      ...['--pgdata', part, '--username=gantry', '--pwfile', passwordFile],
      ...['--auth=scram-sha-256', '--encoding=UTF8', '--locale=C', '--locale-provider=builtin'],
      ...['--builtin-locale=C.UTF-8', '--no-instructions'],
    ];
    await run(join(binaries.postgres, 'initdb'), args, {
      cwd: paths.data,
      env: serverEnvironment(),
      ...user,
    });
    renameSync(part, dataFolder);
  } catch (error) {
    throw new PipelineError('StackStartFailed', { part: 'postgres' }, { cause: error });
  } finally {
    rmSync(passwordFile, { force: true });
  }
}

/** Makes the links between PostgreSQL's libraries where the package's install script was blocked. */
async function repairLibraries(folder: string): Promise<void> {
  const initdb = join(folder, 'initdb');
  if (await starts(initdb)) return;
  const packageFolder = dirname(dirname(folder));
  const script = join(packageFolder, 'scripts', 'hydrate-symlinks.js');
  await run(process.execPath, [script], { cwd: packageFolder }).catch(() => undefined);
  if (await starts(initdb)) return;
  throw new PipelineError('PostgresMissing', { program: initdb, root: packageRoot });
}

async function starts(program: string): Promise<boolean> {
  return run(program, ['--version']).then(
    () => true,
    () => false,
  );
}

/** True when PostgreSQL lets us into the database `gantry`; fails otherwise. */
export function answersPostgres(port: number, password: string): Promise<boolean> {
  return withDatabase({ port, password, database: 'gantry' }, async (client) => {
    await client.query('SELECT 1');
    return true;
  });
}

/** True once PostgreSQL lets us in; makes the database `gantry` where there is none. */
function ensureDatabase(port: number, password: string): Promise<boolean> {
  return withDatabase({ port, password, database: 'postgres' }, async (client) => {
    const found = await client.query("SELECT 1 FROM pg_database WHERE datname = 'gantry'");
    if (found.rowCount === 0) await client.query('CREATE DATABASE gantry');
    return true;
  });
}

async function withDatabase<T>(
  login: { readonly port: number; readonly password: string; readonly database: string },
  ask: (client: Client) => Promise<T>,
): Promise<T> {
  const client = new Client({
    ...login,
    host: '127.0.0.1',
    user: 'gantry',
    connectionTimeoutMillis: 2000,
    application_name: 'gantry-local',
  });
  // The server may go away between two calls; the next probe sees that.
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await ask(client);
  } finally {
    await client.end();
  }
}

function serverEnvironment(): Record<string, string> {
  return { PATH: process.env['PATH'] ?? '', LC_ALL: 'C' };
}
