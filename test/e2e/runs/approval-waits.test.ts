import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AuditRecord } from '../../../client';
import { eventually } from '../../support/eventually';
import { createGantryStack, type GantryStack } from '../../support/gantry-stack';
import { audited, ended, releaseState, signal, until, viewOf, waiting } from './run-world';

const tenant = 'retail';

describe('how long an export waits for approval', () => {
  let stack: GantryStack;
  beforeAll(async () => void (stack = await createGantryStack()));
  afterAll(() => stack.close());

  it.each([
    { onDeadline: 'expire', outcome: 'expired', state: 'rejected' },
    { onDeadline: 'reject', outcome: 'rejected', state: 'rejected' },
    { onDeadline: 'approve', outcome: 'succeeded', state: 'exported' },
  ] as const)(
    'RUN-9 ends as $outcome at a deadline whose outcome is $onDeadline',
    async ({ onDeadline, outcome, state }) => {
      const { run, release, request } = await waiting(stack, { deadlineMs: 2_000, onDeadline });
      const details = await ended(stack, run);

      expect(details.status).toBe(outcome);
      expect(await releaseState(stack, release)).toBe(state);
      expect((await audited(stack, 'approval.deadline'))[0]).toMatchObject({
        object: request,
        actorSource: 'system',
      });
    },
  );

  it('RUN-9 reminds the approvers until it is decided', async () => {
    const { run, request } = await waiting(stack, { remindEveryMs: 300 });
    const reminders = async (): Promise<number> => {
      const notices = await stack.person('zhang').inbox.list({ tenant, all: true });
      const kind = 'approval-overdue';
      return notices.filter((notice) => notice.runId === run && notice.kind === kind).length;
    };
    await eventually(async () => (await reminders()) >= 2);
    await stack.person('sofia').approvals.approve({ request });
    expect((await ended(stack, run)).status).toBe('succeeded');
    const sent = await reminders();
    await new Promise((resolve) => setTimeout(resolve, 700));

    expect(await reminders()).toBe(sent);
  });

  it('RUN-9 tells the approvers once that they are wanted', async () => {
    const { run, request } = await waiting(stack);
    const notices = await stack.person('zhang').inbox.list({ tenant, all: true });
    const wanted = notices.filter((notice) => notice.runId === run);

    expect(wanted.map((notice) => notice.kind)).toEqual(['approval-wanted']);
    await stack.person('sofia').approvals.approve({ request });
    await ended(stack, run);
  });

  it('RUN-9 is not broken by anything that the Temporal UI may send', async () => {
    const { run, request } = await waiting(stack);
    const signals = ['approve', 'reject', 'retry', 'abort', 'pause', 'resume'];
    const garbage: unknown[][] = [
      [],
      ['x'],
      [7],
      [null],
      [[]],
      [{ requestId: { deep: [{ er: 1 }] }, approver: ['sofia'], by: { a: 1 } }],
      [{ requestId: request, approver: 'so\0fia', by: 'to\0m', comment: '\0' }],
      [{ requestId: '\ud800', approver: '\udc00', by: '\ud800', note: '\udfff' }],
      [{ requestId: request, approver: 'x'.repeat(100_000), comment: 'y'.repeat(100_000) }],
      [{ __proto__: null, constructor: 'c', toString: 't', decisionId: "' or 1=1 --" }],
      ['one', 'two', 'three'],
    ];
    for (const input of garbage)
      await Promise.all(signals.map((name) => signal(stack, run, { name, input })));
    const judged = async (): Promise<AuditRecord[]> => {
      const names = ['approve', 'reject'].map((name) => audited(stack, `approval.${name}`));
      const rows = (await Promise.all(names)).flat();
      return rows.filter((row) => row.details['run'] === run);
    };
    // One of them names a record of a decision, the same in both signals: it is judged once.
    await eventually(async () => (await judged()).length === 2 * garbage.length - 1);

    expect((await judged()).map((row) => row.outcome)).not.toContain('ok');
    expect((await viewOf(stack, run)).status).toBe('waiting for approval');
    await stack.person('sofia').approvals.approve({ request });
    expect((await ended(stack, run)).status).toBe('succeeded');
  });

  it('RUN-7 is cancelled with its request, and decisions about it are late', async () => {
    const { run, release, request } = await waiting(stack);
    await stack.person('mara').releases.cancel({ tenant, release });
    const details = await ended(stack, run);
    const { status } = await stack.temporal.workflow.getHandle(run).describe();

    expect(details.status).toBe('cancelled');
    expect(status.name).toBe('CANCELLED');
    expect(await releaseState(stack, release)).toBe('cancelled');
    expect((await stack.person('sofia').approvals.show({ request })).state).toBe('cancelled');
    expect((await audited(stack, 'run.cancel'))[0]).toMatchObject({ object: run, outcome: 'ok' });
  });

  it('RUN-5 pauses before its next step until somebody resumes it', async () => {
    const { run, request } = await waiting(stack);
    await stack.person('tom').runs.pause({ run });
    await eventually(async () => (await audited(stack, 'run.pause'))[0]?.object === run);
    await stack.person('sofia').approvals.approve({ request });
    await until(stack, run, 'paused');
    await signal(stack, run, { name: 'resume', input: ['wang'] });
    await eventually(async () => (await audited(stack, 'run.resume'))[0]?.outcome === 'refused');
    expect((await viewOf(stack, run)).status).toBe('paused');

    await signal(stack, run, { name: 'resume', input: ['tom'] });
    expect((await ended(stack, run)).status).toBe('succeeded');
  });
});
