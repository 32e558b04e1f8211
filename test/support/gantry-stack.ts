import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { Client, Connection } from '@temporalio/client';
import { ensureBucket } from '../../activities/adapters/object-store/s3/s3-object-store';
import type { Gantry } from '../../client';
import { parseSettings, type Settings } from '../../schemas/settings';
import { createInstallation, type Installation } from './installation';
import { tinyCatalog } from './tiny-catalog';
import { startWorkerProcess, type WorkerProcess } from './worker-process';

/** The people of the tenant, one of each kind that an export meets. */
export const cast = {
  lin: 'super-administrator',
  mara: 'cross-tenant-release-user',
  sofia: 'approver',
  zhang: 'approver',
  tom: 'operator',
  wang: 'data-source-administrator',
} as const;
export type CastName = keyof typeof cast;

type Change = Parameters<Gantry['tenants']['changeSettings']>[0]['settings'];

/** What a stack differs in from the usual one. */
export interface StackOptions {
  /** Settings of the processes, such as GANTRY_PARK_DEADLINE_MS; they win. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Settings of the worker alone, such as a GANTRY_S3_ENDPOINT that can be cut. */
  readonly workerEnvironment?: Readonly<Record<string, string>>;
  /** Release settings that differ; a field that is `undefined` is not set. */
  readonly settings?: { readonly [K in keyof Change]?: Change[K] | undefined };
  /** Lines of asset documents. @default tinyCatalog() */
  readonly catalog?: Readable | readonly string[];
  /** @default true */
  readonly worker?: boolean;
  /** Settings that name other servers than those all tests share, for tests that kill them. */
  readonly servers?: Readonly<Record<string, string>>;
}

/**
 * An installation with Temporal and an object store, with a database, a bucket and task queues of
 * its own, a worker process, and the tenant `retail`: settings, mode, people, a small catalog.
 */
export interface GantryStack extends Installation {
  readonly settings: Settings;
  /** The environment of a worker of this stack, for further ones. */
  readonly workerEnvironment: Readonly<Record<string, string>>;
  /** Speaks to Temporal as its UI does. */
  readonly temporal: Client;
  /** The secret that seals packages. */
  readonly credential: string;
  /** The client of somebody of the cast. */
  readonly person: (name: CastName) => Gantry;
  readonly tokenOf: (name: CastName) => string;
  /** The environment of a shell in which somebody of the cast works. */
  readonly shellOf: (name: CastName) => Record<string, string>;
  /** Starts one more worker; all are ended by `close`. */
  readonly startWorker: (environment?: Readonly<Record<string, string>>) => Promise<WorkerProcess>;
  readonly workers: readonly WorkerProcess[];
  /** What all workers have written. */
  readonly logs: () => string;
}

/** Makes a stack on the servers of the test run; `close` ends its worker and removes its database. */
export async function createGantryStack(options: StackOptions = {}): Promise<GantryStack> {
  const shared = parseSettings(options.servers ?? process.env, (path) =>
    readFileSync(path, 'utf8'),
  );
  const name = `test-${randomBytes(6).toString('hex')}`;
  const installation = await createInstallation(
    { ...surroundings(shared, name), ...options.environment },
    options.servers === undefined ? undefined : shared.database.url,
  );
  const settings = parseSettings(installation.environment);
  await ensureBucket(settings.objectStore);
  const credential = `credential-${randomBytes(12).toString('hex')}`;
  const people = await setUpTenant(installation, { credential, options });
  const connection = await Connection.connect({ address: settings.temporal.address });
  const temporal = new Client({ connection, namespace: settings.temporal.namespace });
  const workerEnvironment = { ...installation.environment, ...options.workerEnvironment };
  const workers: WorkerProcess[] = [];
  const startWorker: GantryStack['startWorker'] = async (environment = {}) => {
    const worker = await startWorkerProcess({ ...workerEnvironment, ...environment });
    workers.push(worker);
    return worker;
  };
  if (options.worker !== false) await startWorker();
  return {
    ...installation,
    settings,
    workerEnvironment,
    temporal,
    credential,
    person: (who) => people[who].gantry,
    tokenOf: (who) => people[who].token,
    shellOf: (who) => ({ ...installation.environment, GANTRY_TOKEN: people[who].token }),
    startWorker,
    workers,
    logs: () => workers.map((worker) => worker.logs()).join(''),
    async close() {
      await Promise.all(workers.map((worker) => worker.kill()));
      await connection.close();
      await installation.close();
    },
  };
}

/** Names of its own in the shared servers, and limits that fail within a second. */
function surroundings(shared: Settings, name: string): Record<string, string> {
  const { temporal, objectStore } = shared;
  return {
    GANTRY_TEMPORAL_ADDRESS: temporal.address,
    GANTRY_TEMPORAL_NAMESPACE: temporal.namespace,
    GANTRY_TEMPORAL_UI_URL: temporal.uiUrl,
    GANTRY_S3_ENDPOINT: objectStore.endpoint,
    GANTRY_S3_ACCESS_KEY: objectStore.accessKey,
    GANTRY_S3_SECRET_KEY: objectStore.secretKey,
    GANTRY_S3_BUCKET: name,
    GANTRY_CONTROL_TASK_QUEUE: `${name}-control`,
    GANTRY_BULK_TASK_QUEUE: `${name}-bulk`,
    GANTRY_ACTIVITY_MAX_ATTEMPTS: '2',
    GANTRY_ACTIVITY_INITIAL_INTERVAL_MS: '50',
    GANTRY_ACTIVITY_MAX_INTERVAL_MS: '200',
  };
}

interface Member {
  readonly gantry: Gantry;
  readonly token: string;
}

async function setUpTenant(
  { admin, as }: Installation,
  { credential, options }: { readonly credential: string; readonly options: StackOptions },
): Promise<Record<CastName, Member>> {
  const tenant = 'retail';
  await admin.tenants.create({ code: tenant, name: 'Retail', timeZone: 'Asia/Shanghai' });
  const usual: Change = {
    credential,
    retentionDays: 30,
    storagePrefix: 'packages',
    permissionVerification: false,
    autoGrant: false,
    exportApproval: { kind: 'none' },
    publishApproval: { kind: 'none' },
  };
  const wanted = Object.entries({ ...usual, ...options.settings });
  const change = Object.fromEntries(wanted.filter(([, value]) => value !== undefined)) as Change;
  await admin.tenants.changeSettings({ tenant, settings: change });
  const catalog = options.catalog ?? tinyCatalog();
  await admin.catalog.load({
    tenant,
    source:
      catalog instanceof Readable ? catalog : Readable.from([Buffer.from(catalog.join('\n'))]),
  });
  await admin.tenants.startMode({ tenant, mode: 'cross-tenant-publishing' });
  const members = Object.entries(cast).map(async ([name, role]): Promise<[string, Member]> => {
    const { token } = await admin.people.add({ tenant, name, roles: [{ role }] });
    if (token === null) throw new Error(`${name} got no token`);
    return [name, { token, gantry: await as(token) }];
  });
  return Object.fromEntries(await Promise.all(members)) as Record<CastName, Member>;
}
