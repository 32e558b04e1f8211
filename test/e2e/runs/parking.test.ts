import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { ModeState } from '../../../client';
import { eventually } from '../../support/eventually';
import { failureOf } from '../../support/failure-of';
import { createGantryStack, type GantryStack } from '../../support/gantry-stack';
import { startTcpProxy, type TcpProxy } from '../../support/tcp-proxy';
import {
  audited,
  ended,
  impatient,
  pageOf,
  releaseState,
  settle,
  signal,
  startExport,
  stepOf,
  storedKeys,
  until,
  update,
  viewOf,
  waiting,
} from './run-world';

const tenant = 'retail';

describe('an export whose object store is away', () => {
  let stack: GantryStack;
  let proxy: TcpProxy;
  beforeAll(async () => {
    const { host } = new URL(process.env['GANTRY_S3_ENDPOINT'] ?? '');
    proxy = await startTcpProxy(host);
    const endpoint = `http://127.0.0.1:${proxy.port}`;
    stack = await createGantryStack({ workerEnvironment: { GANTRY_S3_ENDPOINT: endpoint } });
  });
  afterEach(() => proxy.mend());
  afterAll(async () => {
    await stack.close();
    await proxy.close();
  });

  const parked = async () => {
    await proxy.cut();
    const settings = { exportApproval: { kind: 'none' as const } };
    await stack.admin.tenants.changeSettings({ tenant, settings });
    const started = await startExport(stack);
    return { ...started, view: await until(stack, started.run, 'parked') };
  };
  const parkNotices = async (run: string): Promise<number> => {
    const notices = await stack.person('tom').inbox.list({ tenant, all: true });
    return notices.filter((notice) => notice.runId === run && notice.kind === 'parked').length;
  };

  it('RUN-2 parks when the attempts are used up, and says why and what to do', async () => {
    const { run, release, view } = await parked();
    const step = stepOf(view, 'collect');
    const page = await pageOf(stack, run);

    expect(step).toMatchObject({ state: 'parked', attempts: 2 });
    expect(step.lastError?.code).toBe('ObjectStoreUnavailable');
    expect(view.waitingFor).toContain('**retry**');
    expect(page).toContain('ObjectStoreUnavailable');
    expect(page).toContain('send the signal **retry**');
    expect(await releaseState(stack, release)).toBe('exporting');
    const query = `GantryStatus = "parked" and GantryStep = "collect" and GantryRelease = "${release}"`;
    await eventually(async () => (await stack.temporal.workflow.count(query)).count === 1);
    await eventually(async () => (await parkNotices(run)) === 1);
    const listed = await stack.person('tom').runs.list({ tenant, status: 'parked' });
    expect(listed.map((one) => one.id)).toContain(run);

    await proxy.mend();
    await stack.person('tom').runs.retry({ run });
    expect((await ended(stack, run)).status).toBe('succeeded');
    expect(await parkNotices(run)).toBe(1);
  });

  it('REL-3 keeps the mode from being ended while it is at work, and names it', async () => {
    const { run } = await parked();
    const held = await failureOf(stack.person('lin').tenants.endMode({ tenant }));
    const { heldBy }: ModeState = await stack.person('lin').tenants.mode({ tenant });

    expect(held.code).toBe('ModeHeld');
    expect(held.details['runs']).toEqual([run]);
    expect(JSON.stringify(heldBy)).toContain(run);
    await stack.person('tom').runs.abort({ run });
    await ended(stack, run);
  });

  it('RUN-3 goes on at the signal retry of the Temporal UI, without a name and without input', async () => {
    const { run } = await parked();
    await proxy.mend();
    await signal(stack, run, { name: 'retry' });
    const details = await ended(stack, run);

    expect(details.status).toBe('succeeded');
    expect(stepOf(details, 'collect').attempts).toBeGreaterThanOrEqual(3);
    expect((await audited(stack, 'run.retry'))[0]).toMatchObject({
      actor: 'unnamed',
      actorSource: 'claimed',
      outcome: 'ok',
    });
  });

  it('RUN-2 parks anew when a retry fails too, and tells the operators of it', async () => {
    const { run } = await parked();
    await eventually(async () => (await parkNotices(run)) === 1);
    await signal(stack, run, { name: 'retry', input: ['tom'] });
    await eventually(async () => stepOf(await viewOf(stack, run), 'collect').attempts === 4);
    await until(stack, run, 'parked');
    await eventually(async () => (await parkNotices(run)) === 2);

    await proxy.mend();
    await signal(stack, run, { name: 'retry', input: [{ by: 'tom', note: 'store is back' }] });
    const details = await ended(stack, run);
    expect(details.status).toBe('succeeded');
    expect(stepOf(details, 'collect').note).toBe('retry by tom: store is back');
  });

  it('RUN-3 ignores and audits what comes from somebody who has not the right', async () => {
    const { run } = await parked();
    await signal(stack, run, { name: 'retry', input: ['wang'] });
    await signal(stack, run, { name: 'abort', input: ['mara'] });
    await signal(stack, run, { name: 'abort' });
    await eventually(async () => (await audited(stack, 'run.abort')).length >= 2);
    await settle();

    expect((await viewOf(stack, run)).status).toBe('parked');
    expect((await audited(stack, 'run.retry'))[0]).toMatchObject({
      actor: 'wang',
      outcome: 'refused',
    });
    const aborts = (await audited(stack, 'run.abort')).filter((row) => row.object === run);
    expect(aborts.map((row) => row.outcome)).toEqual(['refused', 'refused']);
    const action = 'abort';
    const answer = await update(stack, run, { name: 'resolveStep', input: { action, by: 'wang' } });
    expect(answer).toEqual({ refusal: 'PermissionDenied' });
    const denied = await failureOf(stack.person('mara').runs.abort({ run }));
    expect(denied.code).toBe('PermissionDenied');
    await stack.person('tom').runs.abort({ run });
    await ended(stack, run);
  });

  it('RUN-3 cannot skip collecting, and refuses what is no action', async () => {
    const { run } = await parked();
    const resolve = (input: unknown) => update(stack, run, { name: 'resolveStep', input });

    expect(await resolve({ action: 'skip', by: 'tom' })).toEqual({ refusal: 'StepNotSkippable' });
    expect(await resolve({ action: 'approve', by: 'tom' })).toEqual({ refusal: 'InvalidInput' });
    expect(await resolve({})).toEqual({ refusal: 'InvalidInput' });
    expect((await failureOf(stack.person('tom').runs.skip({ run }))).code).toBe('StepNotSkippable');
    expect((await viewOf(stack, run)).status).toBe('parked');
    await proxy.mend();
    const retried = await resolve({ action: 'retry', by: 'tom', note: 'mended' });
    expect(retried).toEqual({ answer: 'retry: collect' });
    expect((await ended(stack, run)).status).toBe('succeeded');
  });

  it('RUN-3 drops a retry while nothing is parked, so that it mends no later failure', async () => {
    const { run, request } = await waiting(stack);
    await signal(stack, run, { name: 'retry', input: ['tom'] });
    const early = await failureOf(stack.person('tom').runs.retry({ run }));
    await proxy.cut();
    await stack.person('sofia').approvals.approve({ request });
    await until(stack, run, 'parked');
    await settle();

    expect(early.code).toBe('StepNotParked');
    expect((await viewOf(stack, run)).status).toBe('parked');
    expect(stepOf(await viewOf(stack, run), 'collect').attempts).toBe(2);
    await stack.person('tom').runs.abort({ run });
    await ended(stack, run);
  });

  it('RUN-3 aborts: what was done is undone, and what could not be undone is named', async () => {
    const { run, release } = await parked();
    await stack.person('tom').runs.abort({ run, note: 'no store today' });
    const details = await ended(stack, run);

    expect(details.status).toBe('aborted');
    expect(details.report?.reason).toContain('tom');
    expect(details.report?.undoFailures).toEqual([
      expect.stringContaining('remove staged objects'),
    ]);
    expect(await releaseState(stack, release)).toBe('failed');
    const closed = await failureOf(stack.person('tom').runs.retry({ run }));
    expect(closed.code).toBe('RunClosed');
  });

  it('RUN-3 aborts when nobody has decided until the deadline', async () => {
    await proxy.cut();
    const mara = await impatient(stack, 'mara', { GANTRY_PARK_DEADLINE_MS: '1500' });
    const release = (await mara.releases.create({ tenant, scope: { method: 'full' } })).id;
    const settings = { exportApproval: { kind: 'none' as const } };
    await stack.admin.tenants.changeSettings({ tenant, settings });
    const run = await mara.releases.export({ tenant, release });
    await until(stack, run, 'parked');
    const details = await ended(stack, run);
    await mara.close();

    expect(details.status).toBe('aborted');
    expect(stepOf(details, 'collect').note).toContain('the deadline');
    expect(await releaseState(stack, release)).toBe('failed');
  });

  it('RUN-7 is cancelled while it is parked', async () => {
    const { run, release } = await parked();
    await proxy.mend();
    await stack.temporal.workflow.getHandle(run).cancel();
    const details = await ended(stack, run);
    const { status } = await stack.temporal.workflow.getHandle(run).describe();

    expect([details.status, status.name]).toEqual(['cancelled', 'CANCELLED']);
    expect(stepOf(details, 'collect').state).toBe('failed');
    expect(await releaseState(stack, release)).toBe('cancelled');
    expect((await storedKeys(stack)).filter((key) => key.startsWith('staging/'))).toEqual([]);
  });
});
