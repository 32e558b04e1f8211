import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../../support/eventually';
import { failureOf } from '../../support/failure-of';
import { createGantryStack, type CastName, type GantryStack } from '../../support/gantry-stack';
import { runCommand } from '../../support/run-command';
import { storyOf } from '../../support/story-of';
import { signCallback } from '../../support/webhook-receiver';
import { audited, ended, signal, viewOf, waiting } from '../runs/run-world';

const tenant = 'retail';

describe('one-time codes', () => {
  let stack: GantryStack;
  const codes: string[] = [];

  beforeAll(async () => {
    stack = await createGantryStack();
  }, 60_000);
  afterAll(() => stack.close());

  const started = () => waiting(stack, { oneTimeCode: true });
  const newCode = async (name: CastName, request: string): Promise<string> => {
    const { code } = await stack.person(name).approvals.code({ request });
    codes.push(code);
    return code;
  };
  const reasons = async (request: string): Promise<string[]> => {
    const { decisions } = await stack.person('sofia').approvals.show({ request });
    return decisions.map((one) => one.verdict ?? 'not judged');
  };

  it('RUN-9 without the code of the approver their name counts for nothing', async () => {
    const { run, request } = await started();
    const zhangs = await newCode('zhang', request);
    const about = { requestId: request, approver: 'sofia' };
    for (const code of [undefined, 'AAAAA-AAAAA', zhangs]) {
      await signal(stack, run, { name: 'approve', input: [{ ...about, code }] });
    }
    await eventually(async () => (await reasons(request)).length === 3);

    expect(await reasons(request)).toEqual(['code missing', 'code wrong', 'code wrong']);
    expect((await viewOf(stack, run)).status).toBe('waiting for approval');
    const rows = await audited(stack, 'approval.approve');
    expect(rows.filter((row) => row.object === request && row.outcome === 'refused')).toHaveLength(
      3,
    );

    const code = await newCode('sofia', request);
    const typed = code.toLowerCase().replace('-', ' ');
    await signal(stack, run, { name: 'approve', input: [{ ...about, code: typed }] });
    expect((await ended(stack, run)).status).toBe('succeeded');
  });

  it('RUN-9 a code counts once, for one request', async () => {
    const { run, request } = await started();
    const code = await newCode('sofia', request);
    const about = { requestId: request, approver: 'sofia', code };
    // It has no reason, so it decides nothing, but its code has been in a history.
    await signal(stack, run, { name: 'reject', input: [about] });
    await eventually(async () => (await reasons(request)).length === 1);
    await signal(stack, run, { name: 'approve', input: [about] });
    await eventually(async () => (await reasons(request)).length === 2);
    expect(await reasons(request)).toEqual(['reason missing', 'code wrong']);

    const other = await started();
    const foreign = await newCode('sofia', other.request);
    const wrong = await failureOf(
      stack.person('sofia').approvals.approve({ request, code: foreign }),
    );
    expect(wrong.details['reason']).toBe('code wrong');
    for (const one of [run, other.run]) {
      await stack.person('mara').runs.cancel({ run: one });
      await ended(stack, one);
    }
  });

  it('RUN-9 after five wrong codes only a new one helps', async () => {
    const { run, request } = await started();
    const code = await newCode('sofia', request);
    const approve = (given: string) =>
      stack.person('sofia').approvals.approve({ request, code: given });
    for (let tries = 0; tries < 5; tries++) await failureOf(approve('00000-00000'));
    const locked = await failureOf(approve(code));

    expect(locked.details['reason']).toBe('code locked');
    expect((await approve(await newCode('sofia', request))).state).toBe('approved');
    expect((await ended(stack, run)).status).toBe('succeeded');
  });

  it('RUN-9 only approvers of a pending request that asks for codes get one', async () => {
    const { run, request } = await started();
    const tom = await failureOf(stack.person('tom').approvals.code({ request }));
    await stack.person('mara').runs.cancel({ run });
    await ended(stack, run);
    const closed = await failureOf(stack.person('sofia').approvals.code({ request }));
    const plain = await waiting(stack);
    const unasked = await failureOf(
      stack.person('sofia').approvals.code({ request: plain.request }),
    );

    expect([tom.code, closed.code, unasked.code]).toEqual([
      'PermissionDenied',
      'ApprovalClosed',
      'CodeNotNeeded',
    ]);
    await stack.person('sofia').approvals.approve({ request: plain.request });
    await ended(stack, plain.run);
  });

  it('RUN-11 a call-back carries the code too', async () => {
    const { run, request } = await started();
    const hook = { tenant, url: 'http://127.0.0.1:9/', kinds: ['parked' as const] };
    const { callbackSecret } = await stack.person('lin').webhooks.set(hook);
    const data = { requestId: request, approver: 'sofia', decision: 'approve' };
    const send = (more: { readonly code?: string }) =>
      stack
        .person('wang')
        .approvals.decideByCallback(signCallback(callbackSecret ?? '', { ...data, ...more }));

    expect((await failureOf(send({}))).details['reason']).toBe('code missing');
    expect((await send({ code: await newCode('sofia', request) })).state).toBe('approved');
    await ended(stack, run);
  });

  it('RUN-15 the command line shows a code and takes it from a file', async () => {
    const { run, request } = await started();
    const folder = mkdtempSync(join(tmpdir(), 'gantry-code-'));
    const shell = stack.shellOf('zhang');
    const shown = await runCommand(['approval', 'code', request], shell);
    codes.push(shown.stdout.trim());
    const file = join(folder, 'code');
    writeFileSync(file, shown.stdout);
    const args = ['approval', 'approve', request, '--code-file', file, '--json'];
    const approved = await runCommand(args, shell);
    rmSync(folder, { recursive: true });

    expect(shown.stdout).toMatch(/^[0-9A-Z]{5}-[0-9A-Z]{5}\n$/);
    expect([approved.status, JSON.parse(approved.stdout)]).toMatchObject([0, { judged: true }]);
    await ended(stack, run);
  });

  it('RUN-20 codes that a client took are in no history, log or table', async () => {
    const story = await storyOf(stack);
    const dump = await stack.dump();
    // What came through Temporal itself is in its history, wrong or used up.
    const throughTemporal = [codes[0], codes[2]];
    expect(codes.length).toBeGreaterThan(6);
    for (const code of codes) {
      expect(dump + stack.logs()).not.toContain(code);
      if (!throughTemporal.includes(code)) expect(story).not.toContain(code);
    }
  });
});
