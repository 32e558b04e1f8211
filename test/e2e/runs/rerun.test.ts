import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../../support/eventually';
import { failureOf } from '../../support/failure-of';
import { createGantryStack, type GantryStack } from '../../support/gantry-stack';
import { runCommand } from '../../support/run-command';
import { startTcpProxy, type TcpProxy } from '../../support/tcp-proxy';
import { tinyCatalog } from '../../support/tiny-catalog';
import {
  approvers,
  ended,
  releaseState,
  startExport,
  stepOf,
  storedKeys,
  until,
  viewOf,
  waiting,
} from './run-world';

const tenant = 'retail';

describe('starting a closed run again', () => {
  let stack: GantryStack;
  let store: TcpProxy;

  beforeAll(async () => {
    store = await startTcpProxy(new URL(process.env['GANTRY_S3_ENDPOINT'] ?? '').host);
    stack = await createGantryStack({
      workerEnvironment: { GANTRY_S3_ENDPOINT: `http://127.0.0.1:${store.port}` },
    });
  }, 60_000);
  afterAll(async () => {
    await stack.close();
    await store.close();
  });

  const mara = () => stack.person('mara').runs;
  const settings = (change: Parameters<typeof stack.admin.tenants.changeSettings>[0]['settings']) =>
    stack.admin.tenants.changeSettings({ tenant, settings: change });

  /** An export that was approved, failed at `collect` and was aborted. */
  const aborted = async () => {
    await store.cut();
    const { run, release, request } = await waiting(stack);
    await stack.person('sofia').approvals.approve({ request });
    await until(stack, run, 'parked');
    await store.mend();
    await stack.person('tom').runs.abort({ run });
    expect((await ended(stack, run)).status).toBe('aborted');
    return { run, release, request };
  };
  const activitiesOf = async (run: string): Promise<string[]> => {
    const { events } = await stack.temporal.workflow.getHandle(run).fetchHistory();
    return (events ?? []).flatMap(
      (event) => event.activityTaskScheduledEventAttributes?.activityType?.name ?? [],
    );
  };

  it('RUN-4 takes the results of earlier steps and makes again what an abort removed', async () => {
    const { run, release, request } = await aborted();
    const { execution } = await mara().rerunFrom({ run, step: 'collect' });
    const details = await ended(stack, run);

    expect([execution, details.status]).toEqual([2, 'succeeded']);
    expect(stepOf(details, 'freeze scope').note).toBe('result of an earlier execution');
    expect(stepOf(details, 'wait for approval').note).toContain(request);
    const activities = await activitiesOf(run);
    expect(activities).toEqual(
      expect.arrayContaining(['checkReleaseSettings', 'readRecordedResult', 'collectShards']),
    );
    expect(activities).not.toContain('freezeScope');
    expect(activities.filter((name) => name === 'checkReleasePermission')).toHaveLength(2);
    expect(await releaseState(stack, release)).toBe('exported');
    expect(details.earlier).toMatchObject([{ execution: 1, status: 'aborted' }]);
    expect((await storedKeys(stack)).filter((key) => key.startsWith('staging/'))).toEqual([]);
  });

  it('RUN-4 RUN-13 starts once for one request, and says from where it can', async () => {
    const { run } = await aborted();
    const refused = async (step: string) => failureOf(mara().rerunFrom({ run, step }));
    const upload = await refused('upload');
    const unknown = await refused('dance');
    const order = { run, step: 'collect', requestId: 'ticket-7' };
    const first = await mara().rerunFrom(order);
    const second = await mara().rerunFrom(order);
    const other = await failureOf(mara().rerunFrom({ ...order, requestId: 'ticket-8' }));
    const details = await ended(stack, run);
    const third = await mara().rerunFrom(order);
    const late = await failureOf(mara().rerunFrom({ ...order, requestId: 'ticket-9' }));

    expect([upload.code, upload.details['from']]).toEqual(['StepNotRecorded', 'collect']);
    expect(unknown.code).toBe('StepUnknown');
    expect([first, second, third].map((one) => one.execution)).toEqual([2, 2, 2]);
    expect(['RunStillOpen', 'RunNotRerunnable']).toContain(other.code);
    expect(late.code).toBe('RunNotRerunnable');
    expect(details.status).toBe('succeeded');
  });

  it('RUN-4 asks for approval anew where the digest is another', async () => {
    const { run, request } = await aborted();
    const model = JSON.parse(tinyCatalog()[2] ?? '') as Record<string, unknown>;
    const added = `${JSON.stringify({ ...model, code: 'came_later' })}\n`;
    await stack.admin.catalog.load({ tenant, source: Readable.from([Buffer.from(added)]) });
    await mara().rerunFrom({ run, step: 'freeze scope' });
    const view = await until(stack, run, 'waiting for approval');
    const next = view.approvalRequestId ?? '';
    const old = await failureOf(stack.person('zhang').approvals.approve({ request }));

    expect(next).not.toBe(request);
    expect(old.code).toBe('ApprovalClosed');
    expect((await viewOf(stack, run)).status).toBe('waiting for approval');
    await stack.person('zhang').approvals.approve({ request: next });
    expect((await ended(stack, run)).status).toBe('succeeded');
  });

  it('RUN-4 counts an approval where the scope is frozen anew and is the same', async () => {
    const { run, request } = await aborted();
    await mara().rerunFrom({ run, step: 'freeze scope' });
    const details = await ended(stack, run);

    expect(details.status).toBe('succeeded');
    expect(await activitiesOf(run)).toContain('freezeScope');
    expect(stepOf(details, 'wait for approval').note).toContain(request);
  });

  it('RUN-4 asks anew after a rejection, and tells of every execution', async () => {
    const { run, release, request } = await waiting(stack);
    await stack.person('sofia').approvals.reject({ request, comment: 'not now' });
    await ended(stack, run);
    await mara().rerunFrom({ run, step: 'wait for approval' });
    const view = await until(stack, run, 'waiting for approval');

    expect(view.approvalRequestId).not.toBe(request);
    expect(await releaseState(stack, release)).toBe('waiting for approval');
    const again = view.approvalRequestId ?? '';
    await stack.person('sofia').approvals.reject({ request: again, comment: 'still not' });
    await ended(stack, run);
    const notices = await stack.person('mara').inbox.list({ tenant });
    const told = notices.filter((one) => one.runId === run && one.kind === 'run-finished');
    expect(told.map((one) => one.body).sort()).toEqual([
      'rejected by sofia: not now',
      'rejected by sofia: still not',
    ]);
  });

  it('RUN-4 RUN-21 checks right and mode again, of who starts it again', async () => {
    const { run, release } = await aborted();
    const tom = await failureOf(stack.person('tom').runs.rerunFrom({ run, step: 'collect' }));
    await stack.person('lin').tenants.endMode({ tenant });
    await mara().rerunFrom({ run, step: 'collect' });
    const modeless = await ended(stack, run);
    await stack.person('lin').tenants.startMode({ tenant, mode: 'cross-tenant-publishing' });

    expect(tom.code).toBe('PermissionDenied');
    expect(modeless.status).toBe('check failed');
    expect(modeless.report?.findings.map((finding) => finding.code)).toEqual(['ModeWrong']);
    expect(await releaseState(stack, release)).toBe('failed');
    // What was recorded before still holds, though that run never came to it.
    await mara().rerunFrom({ run, step: 'collect' });
    expect((await ended(stack, run)).status).toBe('succeeded');
  });

  it('RUN-4 does not start a run that is open or whose release was exported since', async () => {
    const { run, release } = await aborted();
    await settings({ exportApproval: { kind: 'none' } });
    const later = await stack.person('mara').releases.export({ tenant, release });
    const superseded = await failureOf(mara().rerunFrom({ run, step: 'collect' }));
    await ended(stack, later);
    const open = await waiting(stack);
    const early = await failureOf(mara().rerunFrom({ run: open.run, step: 'freeze scope' }));
    await mara().cancel({ run: open.run });
    await ended(stack, open.run);

    expect([superseded.code, early.code]).toEqual(['RunNotRerunnable', 'RunStillOpen']);
  });

  it('RUN-2 RUN-4 RUN-15 parks and announces again, started from the command line', async () => {
    const { run } = await aborted();
    await settings(approvers());
    const before = await parkNotices(run);
    await store.cut();
    const args = ['run', 'rerun', run, '--from', 'collect', '--json'];
    const started = await runCommand(args, stack.shellOf('mara'));
    await until(stack, run, 'parked');
    await eventually(async () => (await parkNotices(run)) > before);
    await store.mend();
    await stack.person('tom').runs.retry({ run });

    expect([started.status, JSON.parse(started.stdout)]).toEqual([0, { run, execution: 2 }]);
    expect((await ended(stack, run)).status).toBe('succeeded');
    const shown = await runCommand(['run', 'show', run], stack.shellOf('tom'));
    expect(shown.stdout).toMatch(/execution 1 ended .*: aborted/);
  });

  const parkNotices = async (run: string): Promise<number> => {
    const notices = await stack.person('tom').inbox.list({ tenant });
    return notices.filter((one) => one.runId === run && one.kind === 'parked').length;
  };

  it('RUN-4 cannot start a run again that never began', async () => {
    await Promise.all(stack.workers.map((worker) => worker.stop()));
    const { run } = await startExport(stack);
    await stack.temporal.workflow.getHandle(run).terminate('never begun');
    await mara().cancel({ run });
    const refused = await failureOf(mara().rerunFrom({ run, step: 'check settings' }));

    expect((await mara().show({ run })).status).toBe('cancelled');
    expect(refused.code).toBe('StepUnknown');
  });
});
