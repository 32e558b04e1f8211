import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Gantry } from '../../../client';
import { eventually } from '../../support/eventually';
import { createGantryStack, type GantryStack } from '../../support/gantry-stack';
import { startTcpProxy, type TcpProxy } from '../../support/tcp-proxy';
import {
  audited,
  ended,
  impatient,
  releaseState,
  removeStored,
  signal,
  stepOf,
  storedKeys,
  until,
} from './run-world';

const tenant = 'retail';

describe('an export that has staged objects', () => {
  let stack: GantryStack;
  let proxy: TcpProxy;
  let mara: Gantry;
  beforeAll(async () => {
    const { host } = new URL(process.env['GANTRY_S3_ENDPOINT'] ?? '');
    proxy = await startTcpProxy(host);
    const endpoint = `http://127.0.0.1:${proxy.port}`;
    stack = await createGantryStack({ workerEnvironment: { GANTRY_S3_ENDPOINT: endpoint } });
    mara = await impatient(stack, 'mara', { GANTRY_ACTIVITY_MAX_ATTEMPTS: '500' });
  });
  afterEach(() => proxy.mend());
  afterAll(async () => {
    await mara.close();
    await stack.close();
    await proxy.close();
  });

  /** An export whose collecting is tried again and again. */
  const collecting = async () => {
    await proxy.cut();
    const release = (await mara.releases.create({ tenant, scope: { method: 'full' } })).id;
    const run = await mara.releases.export({ tenant, release });
    await eventually(async () => stepOf(await mara.runs.show({ run }), 'collect').attempts > 1);
    return { release, run };
  };
  /** An export that has collected and is paused before it packages. */
  const collected = async () => {
    const { release, run } = await collecting();
    await stack.person('tom').runs.pause({ run });
    await eventually(async () => (await audited(stack, 'run.pause'))[0]?.object === run);
    await proxy.mend();
    await until(stack, run, 'paused');
    const staged = await stagedKeys();
    expect(staged.length).toBeGreaterThan(1);
    return { release, run, staged };
  };
  const stagedKeys = async (): Promise<string[]> =>
    (await storedKeys(stack)).filter((key) => key.startsWith('staging/'));
  const countCollects = async (run: string): Promise<number> => {
    const { events } = await stack.temporal.workflow.getHandle(run).fetchHistory();
    const scheduled = (events ?? []).map((event) => event.activityTaskScheduledEventAttributes);
    return scheduled.filter((activity) => activity?.activityType?.name === 'collectShards').length;
  };
  const nothingLeft = async (): Promise<void> => {
    expect(await storedKeys(stack)).toEqual([]);
  };

  it('RUN-2 shows the attempts and the last error while the engine still retries', async () => {
    const { run } = await collecting();
    const step = stepOf(await mara.runs.show({ run }), 'collect');

    expect(step.state).toBe('running');
    expect(step.lastError?.code).toBe('ObjectStoreUnavailable');
    await proxy.mend();
    await mara.runs.cancel({ run });
    expect((await ended(stack, run)).status).toBe('cancelled');
    await nothingLeft();
  });

  it('REL-23 leaves none behind when it is cancelled while collecting', async () => {
    const { run, release } = await collecting();
    await mara.releases.cancel({ tenant, release });
    await proxy.mend();
    const details = await ended(stack, run);

    expect(details.status).toBe('cancelled');
    expect(details.report?.undoFailures).toEqual([]);
    expect(await releaseState(stack, release)).toBe('cancelled');
    await nothingLeft();
  });

  it('REL-23 leaves none behind when it is cancelled while it is paused', async () => {
    const { run, release } = await collected();
    await mara.runs.cancel({ run });
    const details = await ended(stack, run);

    expect(details.status).toBe('cancelled');
    expect(stepOf(details, 'collect').state).toBe('done');
    expect(await releaseState(stack, release)).toBe('cancelled');
    await nothingLeft();
  });

  it('RUN-2 parks when a staged object is gone, and RUN-3 aborts without leaving the others', async () => {
    const { run, release, staged } = await collected();
    await removeStored(stack, staged[0] ?? '');
    await signal(stack, run, { name: 'resume', input: ['tom'] });
    const view = await until(stack, run, 'parked');
    expect(stepOf(view, 'package').lastError?.code).toBe('StoredObjectMissing');
    expect((await stagedKeys()).length).toBeGreaterThan(0);

    await signal(stack, run, { name: 'abort', input: ['tom'] });
    const details = await ended(stack, run);
    expect(details.status).toBe('aborted');
    expect(await releaseState(stack, release)).toBe('failed');
    await nothingLeft();
  });

  it('REL-19 does not collect again what it has, when it goes on after a pause', async () => {
    const { run } = await collected();
    const collects = await countCollects(run);
    await stack.person('tom').runs.resume({ run });
    const details = await ended(stack, run);

    expect(details.status).toBe('succeeded');
    expect(collects).toBeGreaterThan(0);
    expect(await countCollects(run)).toBe(collects);
    expect(await storedKeys(stack)).toHaveLength(1);
  });
});
