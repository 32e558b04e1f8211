import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { failureOf } from '../../support/failure-of';
import { eventually } from '../../support/eventually';
import { createGantryStack, type GantryStack } from '../../support/gantry-stack';
import { tinyCatalog } from '../../support/tiny-catalog';
import { runCommand } from '../../support/run-command';
import {
  audited,
  ended,
  pageOf,
  releaseState,
  signal,
  stepOf,
  storedKeys,
  update,
  viewOf,
  waiting,
} from './run-world';

const tenant = 'retail';

describe('an export that waits for approval', () => {
  let stack: GantryStack;
  beforeAll(async () => void (stack = await createGantryStack()));
  afterAll(() => stack.close());

  /** Why decisions about a request did not count, as the audit log has it, the first one first. */
  const refusals = async (request: string, action = 'approval.approve'): Promise<unknown[]> =>
    (await audited(stack, action))
      .filter((row) => row.object === request && row.outcome === 'refused')
      .map((row) => row.details['reason'])
      .reverse();

  it('RUN-10 is listed for those who may decide, with what will happen and its digest', async () => {
    const { run, request } = await waiting(stack);
    const mine = await stack.person('sofia').approvals.list({ tenant });
    const one = mine.find((approval) => approval.id === request);
    const frozen = await stack
      .database('frozen_scopes')
      .where({ run_id: run })
      .first<{ readonly digest: Buffer }>('digest');

    expect(one).toMatchObject({ run, state: 'pending', requestedBy: 'mara' });
    expect(one?.subjectDigest).toBe(Buffer.from(frozen.digest).toString('hex'));
    expect(one?.summary).toMatchObject({ objects: 8, method: 'full' });
    expect(await pageOf(stack, run)).toContain(`Waits for approval of request \`${request}\``);
    expect(await stack.person('tom').approvals.list({ tenant })).toEqual([]);
    expect((await failureOf(stack.person('wang').approvals.list({ tenant }))).code).toBe(
      'PermissionDenied',
    );
    await stack.person('sofia').approvals.approve({ request });
    await ended(stack, run);
  });

  it('RUN-9 goes on when an approver says so by a signal of the Temporal UI', async () => {
    const { run, release, request } = await waiting(stack);
    const input = [{ requestId: request, approver: 'sofia', comment: 'fine' }];
    await signal(stack, run, { name: 'approve', input });
    const details = await ended(stack, run);

    expect(details.status).toBe('succeeded');
    expect(stepOf(details, 'wait for approval')).toMatchObject({ state: 'done' });
    expect(await releaseState(stack, release)).toBe('exported');
    const rows = await audited(stack, 'approval.approve');
    expect(rows.find((row) => row.object === request)).toMatchObject({
      actor: 'sofia',
      actorSource: 'claimed',
      outcome: 'ok',
    });
  });

  it('RUN-9 ends as rejected only with a reason, and RUN-13 is exported anew after it', async () => {
    const { run, release, request } = await waiting(stack);
    const name = 'reject';
    await signal(stack, run, { name, input: [{ requestId: request, approver: 'sofia' }] });
    await eventually(async () => (await refusals(request, 'approval.reject')).length > 0);
    expect((await viewOf(stack, run)).status).toBe('waiting for approval');

    const comment = 'not before the audit';
    await signal(stack, run, { name, input: [{ requestId: request, approver: 'sofia', comment }] });
    const details = await ended(stack, run);
    expect(details.status).toBe('rejected');
    expect(details.report?.reason).toContain(comment);
    expect(await refusals(request, 'approval.reject')).toEqual(['reason missing']);
    expect(await releaseState(stack, release)).toBe('rejected');
    expect((await storedKeys(stack)).filter((key) => key.startsWith('staging/'))).toEqual([]);

    const again = await stack.person('mara').releases.export({ tenant, release });
    expect(again).not.toBe(run);
    await eventually(async () => (await viewOf(stack, again)).approvalRequestId !== null);
    await stack.person('mara').runs.cancel({ run: again });
    expect((await ended(stack, again)).status).toBe('cancelled');
  });

  it('RUN-9 answers the update decide, and refuses one without a decision', async () => {
    const { run, request } = await waiting(stack);
    const about = { requestId: request, comment: '' };
    const decide = (message: unknown) => update(stack, run, { name: 'decide', input: message });

    expect(await decide({ ...about, approver: 'sofia' })).toEqual({ refusal: 'InvalidInput' });
    expect(await decide(null)).toEqual({ refusal: 'InvalidInput' });
    expect(await decide('approve')).toEqual({ refusal: 'InvalidInput' });
    expect(await decide({ ...about, approver: 'tom', decision: 'approve' })).toEqual({
      refusal: 'DecisionIgnored',
    });
    expect(await decide({ ...about, approver: 'sofia', decision: 'approve' })).toEqual({
      answer: { counted: true, approver: 'sofia', reason: 'counted', state: 'approved' },
    });
    expect((await ended(stack, run)).status).toBe('succeeded');
    expect(await refusals(request)).toEqual(['not a right']);
  });

  it('RUN-9 judges decisions that come together in the order they came', async () => {
    const { run, request } = await waiting(stack);
    const send = (name: 'approve' | 'reject', approver: string, comment: string) =>
      signal(stack, run, { name, input: [{ requestId: request, approver, comment }] });
    const comments = ['1', '2', '3', '4', '5'];
    for (const comment of comments) await send('approve', 'tom', comment);
    await send('reject', 'sofia', 'not yet');
    await send('approve', 'zhang', 'now');

    expect((await ended(stack, run)).status).toBe('rejected');
    const { decisions } = await stack.person('sofia').approvals.show({ request });
    expect(decisions.map((one) => [one.comment, one.verdict])).toEqual([
      ...comments.map((comment) => [comment, 'not a right']),
      ['not yet', 'counted'],
      ['now', 'late'],
    ]);
  });

  it('RUN-9 takes a decision of the client with the word of its token', async () => {
    const { run, request } = await waiting(stack);
    const ignored = await failureOf(stack.person('tom').approvals.approve({ request }));
    const unreasoned = await failureOf(
      stack.person('sofia').approvals.reject({ request, comment: ' ' }),
    );
    const result = await stack.person('sofia').approvals.approve({ request, comment: 'go' });

    expect(ignored.code).toBe('DecisionIgnored');
    expect(unreasoned.code).toBe('ReasonMissing');
    expect(result).toEqual({ request, state: 'approved', judged: true });
    expect((await ended(stack, run)).status).toBe('succeeded');
    const { decisions } = await stack.person('sofia').approvals.show({ request });
    expect(decisions.map((one) => [one.approver, one.verdict])).toEqual([
      ['tom', 'not a right'],
      ['sofia', 'counted'],
    ]);
    const rows = await audited(stack, 'approval.approve');
    expect(rows.find((row) => row.object === request)?.actorSource).toBe('token');
  });

  it('RUN-15 takes a decision of the command line', async () => {
    const { run, request } = await waiting(stack);
    const args = ['approval', 'reject', request, '--comment', 'too early', '--json'];
    const rejected = await runCommand(args, stack.shellOf('zhang'));

    expect(rejected.status).toBe(0);
    expect(JSON.parse(rejected.stdout)).toMatchObject({ request, state: 'rejected' });
    expect((await ended(stack, run)).status).toBe('rejected');
  });

  it('RUN-9 counts each approver once towards the quorum', async () => {
    const { run, request } = await waiting(stack, { quorum: 2 });
    const first = await stack.person('sofia').approvals.approve({ request });
    const double = await failureOf(stack.person('sofia').approvals.approve({ request }));
    expect(first.state).toBe('pending');
    expect(double.code).toBe('DecisionIgnored');
    expect((await viewOf(stack, run)).status).toBe('waiting for approval');

    const second = await stack.person('zhang').approvals.approve({ request });
    expect(second.state).toBe('approved');
    expect((await ended(stack, run)).status).toBe('succeeded');
    expect(await refusals(request)).toEqual(['double']);
  });

  it('RUN-9 does not count the approval of who asked, unless the policy allows it', async () => {
    await stack.admin.people.grant({ tenant, name: 'mara', roles: [{ role: 'approver' }] });
    const strict = await waiting(stack);
    const refused = await failureOf(
      stack.person('mara').approvals.approve({ request: strict.request }),
    );
    expect(refused.code).toBe('DecisionIgnored');
    expect(await refusals(strict.request)).toEqual(['self-approval']);
    await stack.person('mara').runs.cancel({ run: strict.run });

    const lenient = await waiting(stack, { selfApproval: true });
    await stack.person('mara').approvals.approve({ request: lenient.request });
    expect((await ended(stack, lenient.run)).status).toBe('succeeded');
    await stack.admin.people.revoke({ tenant, name: 'mara', roles: [{ role: 'approver' }] });
  });

  it('RUN-9 ignores and audits late decisions, during the run and after it', async () => {
    const { run, request } = await waiting(stack);
    const send = (approver: string) =>
      signal(stack, run, { name: 'approve', input: [{ requestId: request, approver }] });
    await Promise.all([send('sofia'), send('zhang')]);
    expect((await ended(stack, run)).status).toBe('succeeded');
    expect(await refusals(request)).toEqual(['late']);

    const closed = await failureOf(stack.person('sofia').approvals.approve({ request }));
    expect(closed.code).toBe('ApprovalClosed');
    expect(await refusals(request)).toEqual(['late', 'late']);
  });

  it('RUN-9 ignores and audits decisions for another request or a made-up one', async () => {
    const other = await waiting(stack);
    const { run, request } = await waiting(stack);
    for (const requestId of [other.request, 'apr_forged']) {
      await signal(stack, run, { name: 'approve', input: [{ requestId, approver: 'sofia' }] });
      await eventually(async () => (await refusals(requestId)).length > 0);
      expect(await refusals(requestId)).toEqual(['foreign request']);
    }
    for (const one of [run, other.run]) {
      expect((await viewOf(stack, one)).status).toBe('waiting for approval');
    }
    await stack.person('sofia').approvals.approve({ request });
    await stack.person('sofia').approvals.approve({ request: other.request });
    expect((await ended(stack, run)).status).toBe('succeeded');
    expect((await ended(stack, other.run)).status).toBe('succeeded');
  });

  it('RUN-21 does not let the record of a decision of one run decide in another', async () => {
    const one = await waiting(stack);
    const other = await waiting(stack);
    await stack.person('sofia').approvals.approve({ request: one.request });
    const { id } = await stack
      .database('approval_decisions')
      .where({ request_id: one.request })
      .first<{ readonly id: string }>('id');
    const stolen = { requestId: other.request, approver: 'tom', decisionId: id };
    await signal(stack, other.run, { name: 'approve', input: [stolen] });
    await eventually(async () => (await refusals(other.request)).length > 0);

    expect(await refusals(other.request)).toEqual(['not a right']);
    expect((await viewOf(stack, other.run)).status).toBe('waiting for approval');
    await stack.person('sofia').approvals.approve({ request: other.request });
    await ended(stack, other.run);
  });

  it('RUN-21 names whose decision it was, whatever the message that brings it claims', async () => {
    const { run, request } = await waiting(stack);
    const left = { id: 'left-by-sofia', request_id: request, run_id: run, approver: 'sofia' };
    const row = { ...left, authenticated: true, decision: 'reject', comment: 'no' };
    await stack.database('approval_decisions').insert(row);
    const claimed = { requestId: request, approver: 'zhang', comment: 'no', decisionId: left.id };
    await signal(stack, run, { name: 'approve', input: [claimed] });
    const details = await ended(stack, run);

    expect(details.status).toBe('rejected');
    expect(details.report?.reason).toBe('rejected by sofia: no');
  });

  it('REL-18 packs what was frozen, not what was changed while people thought', async () => {
    const { run, release, request } = await waiting(stack);
    const before = await stack.person('mara').releases.preview({ tenant, release });
    const code = 'added_while_waiting';
    await stack.admin.catalog.load({ tenant, source: assets([code]) });
    await stack.person('sofia').approvals.approve({ request });
    await ended(stack, run);
    const after = await stack.person('mara').releases.previewObjects({ tenant, release });

    expect(after.items.map((item) => item.code)).not.toContain(code);
    expect(after.items).toHaveLength(before.objectCount);
  });
});

/** A source of `database_sql` assets with these codes. */
function assets(codes: readonly string[]): Readable {
  const model = JSON.parse(tinyCatalog()[2] ?? '') as Record<string, unknown>;
  return Readable.from(codes.map((code) => Buffer.from(`${JSON.stringify({ ...model, code })}\n`)));
}
