import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { failureOf } from '../../support/failure-of';
import { createGantryStack, type GantryStack } from '../../support/gantry-stack';
import { signCallback } from '../../support/webhook-receiver';
import { audited, ended, viewOf, waiting } from '../runs/run-world';

const tenant = 'retail';

describe('signed call-backs', () => {
  let stack: GantryStack;
  let secret: string;

  beforeAll(async () => {
    stack = await createGantryStack();
    // Nothing listens there: what is sent does not matter here.
    const hook = { tenant, url: 'http://127.0.0.1:9/', kinds: ['parked' as const] };
    secret = (await stack.person('lin').webhooks.set(hook)).callbackSecret ?? '';
  }, 60_000);
  afterAll(() => stack.close());

  const decide = (message: Parameters<typeof signCallback>) =>
    stack.person('wang').approvals.decideByCallback(signCallback(...message));

  it('RUN-11 decide in the name of an approver, and are audited as call-backs', async () => {
    const { run, request } = await waiting(stack);
    const data = { requestId: request, approver: 'sofia', decision: 'approve' };
    const result = await decide([secret, data]);

    expect(result).toEqual({ request, state: 'approved', judged: true });
    expect((await ended(stack, run)).status).toBe('succeeded');
    const rows = await audited(stack, 'approval.approve');
    expect(rows.find((row) => row.object === request)).toMatchObject({
      actor: 'sofia',
      actorSource: 'callback',
    });
  });

  it('RUN-11 give the first outcome again, and refuse another decision under the same id', async () => {
    const { run, request } = await waiting(stack, { quorum: 2 });
    const data = { requestId: request, approver: 'sofia', decision: 'approve' };
    const first = await decide([secret, data, { id: 'out_1' }]);
    const again = await decide([secret, data, { id: 'out_1' }]);
    const other = { ...data, approver: 'zhang' };
    const replayed = await failureOf(decide([secret, other, { id: 'out_1' }]));

    expect([first.state, again.state]).toEqual(['pending', 'pending']);
    expect(replayed.code).toBe('CallbackReplayed');
    const { decisions } = await stack.person('sofia').approvals.show({ request });
    expect(decisions).toHaveLength(1);
    await stack.person('mara').runs.cancel({ run });
    await ended(stack, run);
  });

  it('RUN-11 count for nothing without the right signature, time and right', async () => {
    const { run, request } = await waiting(stack);
    const data = { requestId: request, approver: 'sofia', decision: 'approve' };
    const foreign = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
    const early = new Date(Date.now() - 6 * 60_000);
    const changed = signCallback(secret, data);
    const attempts = {
      foreign: decide([foreign, data]),
      old: decide([secret, data, { sentAt: early }]),
      changed: stack.person('wang').approvals.decideByCallback({
        ...changed,
        body: changed.body.replace('sofia', 'zhang'),
      }),
      unsigned: stack.person('wang').approvals.decideByCallback({ ...changed, headers: {} }),
      unknown: decide([secret, { ...data, requestId: 'apr_forged' }]),
      unfit: decide([secret, { ...data, decision: 'perhaps' }]),
      noRight: decide([secret, { ...data, approver: 'tom' }]),
      unreasoned: decide([secret, { ...data, decision: 'reject' }]),
    };
    const codes: Record<string, string> = {};
    for (const [name, attempt] of Object.entries(attempts)) {
      codes[name] = (await failureOf(attempt)).code;
    }

    expect(codes).toEqual({
      foreign: 'CallbackUnsigned',
      old: 'CallbackExpired',
      changed: 'CallbackUnsigned',
      unsigned: 'CallbackUnsigned',
      unknown: 'CallbackUnsigned',
      unfit: 'InvalidInput',
      noRight: 'DecisionIgnored',
      unreasoned: 'DecisionIgnored',
    });
    expect((await viewOf(stack, run)).status).toBe('waiting for approval');
    const refused = await audited(stack, 'approval.callback');
    expect(refused.filter((row) => row.object === request)).toHaveLength(2);
    await stack.person('mara').runs.cancel({ run });
    await ended(stack, run);
  });

  it('RUN-11 of a webhook that is switched off are refused', async () => {
    const { run, request } = await waiting(stack);
    await stack.person('lin').webhooks.set({ tenant, active: false });
    const data = { requestId: request, approver: 'sofia', decision: 'approve' };
    const refused = await failureOf(decide([secret, data]));
    await stack.person('lin').webhooks.set({ tenant, active: true });

    expect(refused.code).toBe('CallbackUnsigned');
    expect((await decide([secret, data])).state).toBe('approved');
    await ended(stack, run);
  });

  it('RUN-11 RUN-15 come in through gantry approval listen, which ends when it is told to', async () => {
    const program = join(__dirname, '..', '..', '..', 'dist', 'cli', 'main.js');
    const child = spawn(process.execPath, [program, 'approval', 'listen'], {
      env: { PATH: process.env['PATH'], ...stack.shellOf('wang') },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
    const url = line.replace('listening on ', '');
    const { run, request } = await waiting(stack);
    const data = { requestId: request, approver: 'zhang', decision: 'reject', comment: 'not now' };
    const post = (message: { readonly body: string; readonly headers: Record<string, string> }) =>
      fetch(`${url}/decisions`, { method: 'POST', ...message });

    expect((await fetch(`${url}/health`)).status).toBe(204);
    expect((await fetch(`${url}/elsewhere`)).status).toBe(404);
    expect((await fetch(`${url}/decisions`)).status).toBe(405);
    expect((await post({ headers: {}, body: 'x'.repeat(70_000) })).status).toBe(413);
    const unsigned = await post({ headers: {}, body: '{}' });
    expect(unsigned.status).toBe(401);
    expect(await unsigned.json()).toMatchObject({ error: { code: 'CallbackUnsigned' } });
    const taken = await post(signCallback(secret, data));
    expect(taken.status).toBe(200);
    expect(await taken.json()).toEqual({ request, state: 'rejected', judged: true });
    const late = await post(signCallback(secret, { ...data, approver: 'sofia' }));
    expect(late.status).toBe(409);
    expect((await ended(stack, run)).report?.reason).toBe('rejected by zhang: not now');

    child.kill('SIGTERM');
    const [code] = (await once(child, 'exit')) as [number];
    expect(code).toBe(0);
  });
});
