import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startServers, type RunningServers, type ServerName } from '../../local/start-servers';
import type { RunDetails } from '../../client';
import { messageNames } from '../../schemas/messages';
import type { RunView } from '../../schemas/runs/step-view';
import { eventually } from './eventually';
import { createGantryStack, type GantryStack, type StackOptions } from './gantry-stack';
import type { ExportStep } from './step-activities';
import { openStoredObjects, type StoredObjects } from './stored-objects';
import { startTcpProxy } from './tcp-proxy';

const tenant = 'retail';
const endedWithinMs = 180_000;
/** Each request of a worker to the database takes so long: time enough to hit a step. */
const databaseDelayMs = 60;

/** A stack on servers of its own, which a test may kill, with a worker that is slow enough to hit. */
export interface FaultStack extends GantryStack {
  readonly objects: StoredObjects;
  /** Ends a server at once, as a crash would; it comes back by itself. */
  killServer(name: ServerName): Promise<void>;
  /** Drafts a release of everything and starts its export. */
  startExport(): Promise<{ readonly run: string; readonly release: string }>;
  /** Waits until a step has begun; gives the names of the activities that are under way then. */
  whenBegun(run: string, step: ExportStep): Promise<string[]>;
  /** Waits until the run does this; gives its state. */
  whenStatus(run: string, status: RunView['status']): Promise<RunView>;
  /** Waits for the run to end, whatever happens to servers meanwhile. */
  ended(run: string): Promise<RunDetails>;
}

interface FaultStackOptions extends StackOptions {
  /** The folder of the servers, which stays. @default a new one that goes with them */
  readonly home?: string;
}

/** Starts servers and a stack in them; `close` ends both. */
export async function createFaultStack({
  home: given,
  ...options
}: FaultStackOptions = {}): Promise<FaultStack> {
  const home = given ?? mkdtempSync(join(tmpdir(), 'gantry-fault-'));
  const servers = await startServers({ home });
  const { port } = new URL(servers.environment['GANTRY_DATABASE_URL'] ?? '');
  const proxy = await startTcpProxy(`127.0.0.1:${port}`, databaseDelayMs);
  const stack = await createGantryStack({
    ...options,
    servers: servers.environment,
    environment: {
      GANTRY_ACTIVITY_MAX_ATTEMPTS: '1000',
      GANTRY_ACTIVITY_INITIAL_INTERVAL_MS: '100',
      GANTRY_ACTIVITY_MAX_INTERVAL_MS: '1000',
      GANTRY_ACTIVITY_HEARTBEAT_TIMEOUT_MS: '3000',
      ...options.environment,
    },
    worker: false,
  });
  const slow = new URL(stack.environment['GANTRY_DATABASE_URL'] ?? '');
  slow.port = String(proxy.port);
  const startWorker: GantryStack['startWorker'] = (environment = {}) =>
    stack.startWorker({
      GANTRY_DATABASE_URL: slow.toString(),
      ...options.workerEnvironment,
      ...environment,
    });
  if (options.worker !== false) await startWorker();
  return {
    ...stack,
    ...createObserver(stack),
    startWorker,
    objects: openStoredObjects(stack.settings.objectStore),
    killServer: (name) => killServer(servers, name),
    async close() {
      await stack.close();
      await proxy.close();
      await servers.stop();
      if (given === undefined) rmSync(home, { recursive: true, force: true });
    },
  };
}

async function killServer(servers: RunningServers, name: ServerName): Promise<void> {
  const pid = servers.pids[name];
  if (pid === undefined) throw new Error(`${name} does not run`);
  process.kill(pid, 'SIGKILL');
  await eventually(() => Promise.resolve(servers.pids[name] !== pid));
}

function createObserver({
  person,
  temporal,
}: GantryStack): Pick<FaultStack, 'startExport' | 'whenBegun' | 'whenStatus' | 'ended'> {
  const view = (run: string): Promise<RunView> =>
    temporal.workflow.getHandle(run).query<RunView>(messageNames.view);
  return {
    whenStatus: (run, status) =>
      eventually(async () => {
        const seen = await view(run);
        return seen.status === status && seen;
      }, endedWithinMs),
    async startExport() {
      const scope = { method: 'full' } as const;
      const release = (await person('mara').releases.create({ tenant, scope })).id;
      return { release, run: await person('mara').releases.export({ tenant, release }) };
    },
    async whenBegun(run, step) {
      return eventually(async () => {
        const { steps } = await view(run);
        const state = steps.find(({ name }) => name === step)?.state;
        if (state === undefined || state === 'pending') return undefined;
        const { raw } = await temporal.workflow.getHandle(run).describe();
        const underWay = (raw.pendingActivities ?? []).map((one) => one.activityType?.name ?? '');
        // Between two activities of a step there is none.
        return underWay.length > 0 || state !== 'running' ? underWay : undefined;
      }, endedWithinMs);
    },
    async ended(run) {
      const deadline = Date.now() + endedWithinMs;
      for (;;) {
        const details = await person('mara')
          .runs.show({ run })
          .catch(() => undefined);
        if (details !== undefined && details.endedAt !== null) return details;
        if (Date.now() > deadline)
          throw new Error('the run did not end', { cause: JSON.stringify(details?.steps) });
        await sleep(200);
      }
    },
  };
}
