import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { eventually } from '../../support/eventually';
import { expectWholePackage } from '../../support/exported-package';
import { createGantryStack, type GantryStack } from '../../support/gantry-stack';
import { openStoredObjects, type StoredObjects } from '../../support/stored-objects';
import { startTcpProxy, type TcpProxy } from '../../support/tcp-proxy';
import { ended, releaseState, startExport, stepOf, until } from './run-world';

jest.setTimeout(180_000);

/** So slow that what has begun does not end by itself. */
const crawl = 100_000;
/** Slow enough to be seen. */
const walk = 3_000_000;
const withinMs = 60_000;
const shardText = 12_000_000;

/** An activity as the Temporal UI shows it on a run's page. */
interface ShownActivity {
  readonly id: string;
  readonly type: string;
  readonly state: keyof typeof states;
  readonly attempt: number;
}
const states = { scheduled: 1, started: 2, cancelRequested: 3, paused: 4, pauseRequested: 5 };

describe('an activity of an export that somebody works on in the Temporal UI', () => {
  let stack: GantryStack;
  let objects: StoredObjects;
  let store: TcpProxy;
  let database: TcpProxy;
  let undisturbed: Map<string, string>;
  beforeAll(async () => {
    store = await startTcpProxy(new URL(process.env['GANTRY_S3_ENDPOINT'] ?? '').host);
    database = await startTcpProxy(new URL(process.env['GANTRY_TEST_POSTGRES_URL'] ?? '').host);
    stack = await createGantryStack({
      worker: false,
      catalog: largeCatalog(),
      environment: {
        GANTRY_ACTIVITY_MAX_ATTEMPTS: '100',
        GANTRY_ACTIVITY_HEARTBEAT_TIMEOUT_MS: '3000',
      },
    });
    const behind = new URL(stack.environment['GANTRY_DATABASE_URL'] ?? '');
    behind.port = String(database.port);
    await stack.startWorker({
      GANTRY_DATABASE_URL: behind.toString(),
      GANTRY_S3_ENDPOINT: `http://127.0.0.1:${store.port}`,
    });
    objects = openStoredObjects(stack.settings.objectStore);
    const { run, release } = await startExport(stack);
    expect((await ended(stack, run)).status).toBe('succeeded');
    undisturbed = await expectWholePackage({ ...stack, objects }, release);
  });
  afterEach(() => {
    store.slow(undefined);
    database.slow(undefined);
  });
  afterAll(async () => {
    await stack.close();
    await store.close();
    await database.close();
  });

  const activities = async (run: string): Promise<ShownActivity[]> => {
    const { raw } = await stack.temporal.workflow.getHandle(run).describe();
    return (raw.pendingActivities ?? []).map(({ activityId, activityType, state, attempt }) => ({
      id: activityId ?? '',
      type: activityType?.name ?? '',
      state: nameOf(Number(state)),
      attempt: Number(attempt),
    }));
  };
  /** Waits until only this activity is left, and is in this state. */
  const shown = (run: string, type: string, state: ShownActivity['state']) =>
    eventually(async () => {
      const [one, ...others] = await activities(run);
      return others.length === 0 && one?.type === type && one.state === state && one;
    }, withinMs);
  const target = (run: string, { id }: ShownActivity) => ({
    namespace: stack.settings.temporal.namespace,
    execution: { workflowId: run },
    identity: 'ui',
    id,
    activity: 'id' as const,
  });
  const server = () => stack.temporal.connection.workflowService;
  const pause = (run: string, one: ShownActivity) =>
    server().pauseActivity({ ...target(run, one), reason: 'test' });
  const unpause = (run: string, one: ShownActivity) => server().unpauseActivity(target(run, one));
  const reset = (run: string, one: ShownActivity) => server().resetActivity(target(run, one));

  const copies = (): Promise<number> =>
    stack
      .database('pg_stat_activity')
      .whereRaw('datname = current_database()')
      .where('application_name', 'gantry collect')
      .pluck<number[]>('pid')
      .then((pids) => pids.length);
  const stagedOrUnfinished = async (): Promise<string[]> => [
    ...(await objects.keys('staging/')),
    ...(await objects.unfinishedUploads()),
  ];

  /** An export whose large shard is being read from a slow database. */
  const reading = async () => {
    database.slow(crawl);
    const started = await startExport(stack);
    const activity = await shown(started.run, 'collectShards', 'started');
    await eventually(async () => (await copies()) === 1, withinMs);
    return { ...started, activity };
  };
  /** An export whose large shard is read and on its way to a slow store. */
  const storing = async () => {
    store.slow(crawl);
    const started = await startExport(stack);
    const activity = await shown(started.run, 'collectShards', 'started');
    await eventually(async () => (await objects.unfinishedUploads()).length === 1, withinMs);
    await eventually(async () => (await copies()) === 0, withinMs);
    return { ...started, activity };
  };
  const unhold = (): void => {
    store.slow(undefined);
    database.slow(undefined);
  };
  /** The run ends well, with the same package as ever, and nothing is left. */
  const endsWhole = async ({
    run,
    release,
  }: {
    readonly run: string;
    readonly release: string;
  }) => {
    const details = await ended(stack, run);
    expect(details.status).toBe('succeeded');
    expect(await expectWholePackage({ ...stack, objects }, release)).toEqual(undisturbed);
    await eventually(async () => (await copies()) === 0);
    return details;
  };

  it('RUN-5 stops reading when it is paused, and reads the shard anew when it goes on', async () => {
    const { run, release, activity } = await reading();
    await pause(run, activity);
    await shown(run, 'collectShards', 'paused');
    await eventually(async () => (await copies()) === 0);
    await eventually(async () => (await objects.unfinishedUploads()).length === 0);

    unhold();
    await sleep(1000);
    expect(await copies()).toBe(0);
    expect((await activities(run)).map(({ state }) => state)).toEqual(['paused']);
    await unpause(run, activity);
    const details = await endsWhole({ run, release });
    expect(stepOf(details, 'collect').state).toBe('done');
  });

  it('RUN-5 stops storing when it is paused, takes other options, and stores anew', async () => {
    const { run, release, activity } = await storing();
    await pause(run, activity);
    const paused = await shown(run, 'collectShards', 'paused');
    await eventually(async () => (await objects.unfinishedUploads()).length === 0);
    const changed = await server().updateActivityOptions({
      ...target(run, paused),
      activityOptions: { heartbeatTimeout: { seconds: 5 } },
      updateMask: { paths: ['heartbeat_timeout'] },
    } as never);
    expect(Number(changed.activityOptions?.heartbeatTimeout?.seconds)).toBe(5);

    unhold();
    await unpause(run, paused);
    await endsWhole({ run, release });
  });

  it('RUN-5 writes the shard to another key when it is reset at its first attempt', async () => {
    const { run, release, activity } = await storing();
    expect(activity.attempt).toBe(1);
    const before = await objects.unfinishedUploads();
    await reset(run, activity);
    await eventually(async () => {
      const uploads = await objects.unfinishedUploads();
      return uploads.length === 1 && !uploads.some((key) => before.includes(key));
    }, withinMs);

    unhold();
    await endsWhole({ run, release });
  });

  it('RUN-5 writes the shard to another key when it is reset at a later attempt', async () => {
    const { run, release } = await storing();
    await store.cut();
    await store.mend();
    const later = await eventually(async () => {
      const [one] = await activities(run);
      return one !== undefined && one.attempt >= 2 && one.state === 'started' && one;
    }, withinMs);
    const before = await eventually(async () => {
      const uploads = await objects.unfinishedUploads();
      return uploads.length > 0 && uploads;
    }, withinMs);
    await reset(run, later);
    await eventually(async () => {
      const uploads = await objects.unfinishedUploads();
      return uploads.some((key) => !before.includes(key));
    }, withinMs);

    unhold();
    await endsWhole({ run, release });
  });

  it('RUN-5 ends and leaves nothing when the run is cancelled while it reads', async () => {
    const { run, release } = await reading();
    await stack.temporal.workflow.getHandle(run).cancel();

    expect((await ended(stack, run)).report).toMatchObject({
      outcome: 'cancelled',
      undoFailures: [],
    });
    expect(await releaseState(stack, release)).toBe('cancelled');
    expect(await copies()).toBe(0);
    expect(await stagedOrUnfinished()).toEqual([]);
  });

  it('RUN-5 ends and leaves nothing when the run is cancelled while it stores', async () => {
    const { run, release } = await storing();
    await stack.temporal.workflow.getHandle(run).cancel();

    expect((await ended(stack, run)).report).toMatchObject({
      outcome: 'cancelled',
      undoFailures: [],
    });
    expect(await releaseState(stack, release)).toBe('cancelled');
    expect(await stagedOrUnfinished()).toEqual([]);
  });

  it('RUN-5 stops packaging and verifying when they are paused, and does them anew', async () => {
    const { run, release } = await storing();
    await stack.person('tom').runs.pause({ run });
    unhold();
    await until(stack, run, 'paused');
    store.slow(crawl);
    await stack.person('tom').runs.resume({ run });
    const joining = await shown(run, 'joinPackage', 'started');
    await pause(run, joining);
    await shown(run, 'joinPackage', 'paused');
    await eventually(async () => (await objects.unfinishedUploads()).length === 0);

    store.slow(walk);
    await unpause(run, joining);
    const verifying = await shown(run, 'verifyPackage', 'started');
    store.slow(crawl);
    await pause(run, verifying);
    await shown(run, 'verifyPackage', 'paused');

    unhold();
    await unpause(run, verifying);
    await endsWhole({ run, release });
  });
});

/** One shard of text that does not pack, so that reading and storing it take their time. */
function* largeLines(): Generator<string> {
  const same = {
    segment: null,
    owner: 'user-a',
    changedAt: '2026-06-01T08:00:00+08:00',
    changedBy: 'user-b',
    labels: {},
    references: [],
  };
  const definition = { text: 'select 1' };
  yield JSON.stringify({
    ...same,
    type: 'project',
    project: null,
    code: 'p',
    name: 'P',
    definition,
  });
  const count = 40;
  for (let number = 0; number < count; number++) {
    const code = `large_${number}`;
    const text = randomBytes((shardText / count / 4) * 3).toString('base64');
    const asset = { type: 'database_sql', project: 'p', code, name: code, definition: { text } };
    yield JSON.stringify({ ...same, ...asset });
  }
}

function largeCatalog(): string[] {
  return [...largeLines()];
}

function nameOf(state: number): ShownActivity['state'] {
  const found = Object.entries(states).find(([, value]) => value === state);
  if (found === undefined) throw new Error(`no state ${state}`);
  return found[0] as ShownActivity['state'];
}
