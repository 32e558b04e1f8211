import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Connection } from '@temporalio/client';
import { Client as ObjectStoreClient } from 'minio';
import { Client as DatabaseClient } from 'pg';
import { isRunning, readProcessIdentity } from '../../../local/process-identity';
import { startServers, type RunningServers, type ServerName } from '../../../local/start-servers';
import { parseSettings, type Settings } from '../../../schemas/settings';

let home: string;
let servers: RunningServers;

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'gantry-servers-'));
  servers = await startServers({ home });
}, 600_000);

afterAll(async () => {
  await servers.stop();
  rmSync(home, { recursive: true, force: true });
});

describe('startServers', () => {
  it('RUN-16 gives an environment the settings accept', () => {
    expect(settingsOf(servers)).toMatchObject({
      temporal: { namespace: 'gantry' },
      objectStore: { bucket: 'gantry' },
      taskQueues: { control: 'gantry-control', bulk: 'gantry-bulk' },
    });
  });

  it('RUN-22 keeps its secrets in files only their owner reads', () => {
    const files = readdirSync(join(home, 'credentials')).map((name) => join('credentials', name));
    expect(files).toHaveLength(5);
    const modes = ['credentials', 'logs', ...files, 'stack.json'].map((name) => modeOf(name));
    expect(modes).toEqual([0o700, 0o700, ...files.map(() => 0o600), 0o600]);
  });

  it('RUN-22 makes its own credentials, another for every folder and purpose', () => {
    const secrets = readSecrets();
    expect(new Set(secrets).size).toBe(secrets.length);
    expect(Math.min(...secrets.map((secret) => secret.length))).toBeGreaterThanOrEqual(20);
  });

  it('RUN-22 puts no secret into arguments, environments of others or the state file', () => {
    const listing = execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' });
    const state = readFileSync(join(home, 'stack.json'), 'utf8');
    const environment = JSON.stringify(servers.environment);
    for (const secret of readSecrets()) {
      expect(listing.includes(secret)).toBe(false);
      expect(state.includes(secret)).toBe(false);
      expect(environment.includes(secret)).toBe(false);
    }
  });

  it('RUN-22 listens on loopback only', () => {
    const open = listeningSockets(Object.values(servers.pids));
    expect(open.map(({ port }) => port)).toEqual(
      expect.arrayContaining(Object.values<number>({ ...servers.ports })),
    );
    expect(open.filter(({ address }) => !loopbacks.includes(address))).toEqual([]);
  });

  it('RUN-22 lets nobody into the database without the password', async () => {
    const client = new DatabaseClient({ ...databaseOf(servers), password: 'wrong' });
    client.on('error', () => undefined);
    await expect(client.connect()).rejects.toMatchObject({ code: '28P01' });
  });

  it('RUN-16 brings PostgreSQL back after kill -9 with its rows', async () => {
    await query('CREATE TABLE kept (value text)');
    await query("INSERT INTO kept VALUES ('a row')");
    await killAndAwait('postgres');
    expect(await query('SELECT value FROM kept')).toEqual([{ value: 'a row' }]);
  });

  it('RUN-16 brings the object store back after kill -9 with its objects', async () => {
    await objectStore(servers).makeBucket('kept');
    await objectStore(servers).putObject('kept', 'a/b.txt', 'an object');
    await killAndAwait('objectStore');
    expect((await objectStore(servers).statObject('kept', 'a/b.txt')).size).toBe(9);
  });

  it('RUN-16 brings Temporal back after kill -9 with its histories', async () => {
    await withTemporal(({ workflowService }) =>
      workflowService.startWorkflowExecution({
        namespace: 'gantry',
        workflowId: 'kept',
        requestId: 'kept',
        workflowType: { name: 'nobody-runs-it' },
        taskQueue: { name: 'nobody-polls-it' },
      }),
    );
    await killAndAwait('temporal');
    const history = await withTemporal(({ workflowService }) =>
      workflowService.getWorkflowExecutionHistory({
        namespace: 'gantry',
        execution: { workflowId: 'kept' },
      }),
    );
    expect(
      history.history?.events?.[0]?.workflowExecutionStartedEventAttributes?.workflowType,
    ).toMatchObject({ name: 'nobody-runs-it' });
  });

  it('restarts a server on request, under a new process number', async () => {
    const before = servers.pids.objectStore;
    await servers.restart('objectStore');
    expect(servers.pids.objectStore).not.toBe(before);
    expect((await fetch(`${settingsOf(servers).objectStore.endpoint}/minio/health/live`)).ok).toBe(
      true,
    );
  });

  it('refuses a second start in the same folder', async () => {
    await expect(startServers({ home })).rejects.toMatchObject({ code: 'StackAlreadyRunning' });
  });

  it('RUN-16 runs beside another folder, and leaves no process when it stops', async () => {
    const otherHome = mkdtempSync(join(tmpdir(), 'gantry-other-'));
    const other = await startServers({ home: otherHome });
    const marks = Object.values(other.pids).map((pid = 0) => ({
      pid,
      identity: readProcessIdentity(pid) ?? '',
    }));
    expect(marks.every(isRunning)).toBe(true);
    const all = [...Object.values(servers.ports), ...Object.values(other.ports)];
    expect(new Set(all).size).toBe(all.length);
    expect(await query('SELECT 1 AS one', other)).toEqual([{ one: 1 }]);
    expect(await query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await other.stop();
    const listing = execFileSync('ps', ['-eo', 'pid=,args='], { encoding: 'utf8' });
    expect(listing.includes(otherHome)).toBe(false);
    expect(marks.filter(isRunning)).toEqual([]);
    rmSync(otherHome, { recursive: true, force: true });
  });

  it('RUN-16 comes up again on the same ports with the same data', async () => {
    const { ports, environment } = servers;
    await servers.stop();
    servers = await startServers({ home });
    expect(servers.ports).toEqual(ports);
    expect(servers.environment).toEqual(environment);
    expect(await query('SELECT value FROM kept')).toEqual([{ value: 'a row' }]);
  });
});

async function killAndAwait(name: ServerName): Promise<void> {
  const before = servers.pids[name];
  if (before === undefined) throw new Error(`${name} does not run`);
  process.kill(before, 'SIGKILL');
  const until = Date.now() + 30_000;
  while (Date.now() < until) {
    const state = readState().parts.find((part) => part.name === name);
    const now = servers.pids[name];
    if (now !== undefined && now !== before && state?.state === 'running') return;
    await sleep(50);
  }
  throw new Error(`${name} did not come back`);
}

function readState(): { parts: { name: string; state: string }[] } {
  return JSON.parse(readFileSync(join(home, 'stack.json'), 'utf8')) as ReturnType<typeof readState>;
}

function settingsOf(of: RunningServers): Settings {
  return parseSettings(of.environment, (path) => readFileSync(path, 'utf8'));
}

function databaseOf(of: RunningServers) {
  const url = new URL(settingsOf(of).database.url);
  return { host: url.hostname, port: Number(url.port), user: url.username, database: 'gantry' };
}

async function query(text: string, of = servers): Promise<unknown[]> {
  const client = new DatabaseClient({ connectionString: settingsOf(of).database.url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query(text)).rows as unknown[];
  } finally {
    await client.end();
  }
}

function objectStore(of: RunningServers): ObjectStoreClient {
  const { endpoint, accessKey, secretKey, region } = settingsOf(of).objectStore;
  const { hostname, port } = new URL(endpoint);
  const at = { endPoint: hostname, port: Number(port), useSSL: false };
  return new ObjectStoreClient({ ...at, accessKey, secretKey, region });
}

async function withTemporal<T>(ask: (connection: Connection) => Promise<T>): Promise<T> {
  const connection = await Connection.connect({ address: settingsOf(servers).temporal.address });
  try {
    return await ask(connection);
  } finally {
    await connection.close();
  }
}

function readSecrets(): string[] {
  const folder = join(home, 'credentials');
  return readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8').trim());
}

function modeOf(name: string): number {
  return statSync(join(home, name)).mode & 0o777;
}

// 127.0.0.1 and ::1 as the kernel writes them.
const loopbacks = ['0100007F', '00000000000000000000000001000000'];

/** What these processes listen on over TCP, from Linux's own tables. */
function listeningSockets(pids: readonly (number | undefined)[]) {
  const inodes = new Set(pids.flatMap((pid) => (pid === undefined ? [] : socketsOf(pid))));
  return ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((file) =>
    readFileSync(file, 'utf8')
      .split('\n')
      .slice(1)
      .map((line) => line.trim().split(/\s+/))
      .filter((fields) => fields[3] === '0A' && inodes.has(`socket:[${fields[9] ?? ''}]`))
      .map((fields) => {
        const [address = '', port = ''] = (fields[1] ?? '').split(':');
        return { address, port: parseInt(port, 16) };
      }),
  );
}

function socketsOf(pid: number): string[] {
  const folder = `/proc/${pid}/fd`;
  return readdirSync(folder).map((name) => {
    try {
      return readlinkSync(join(folder, name));
    } catch {
      return '';
    }
  });
}
