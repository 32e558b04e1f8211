import { describe, expect, it } from '@jest/globals';
import { parseInput } from '../../../schemas/parse-input';
import { ApprovalPolicy } from '../../../schemas/runs/approval-policy';
import { failureOf } from '../../support/failure-of';

const codesOf = async (policy: unknown): Promise<string[]> =>
  (await failureOf(Promise.resolve().then(() => parseInput(ApprovalPolicy, policy)))).findings.map(
    (finding) => `${finding.code} ${finding.object?.code ?? ''}`,
  );

describe('approval policy', () => {
  it('RUN-9 fills in a quorum of one, no self-approval and expiry at the deadline', () => {
    const policy = ApprovalPolicy.parse({ kind: 'approvers', approvers: [{ role: 'approver' }] });
    expect(policy).toEqual({
      kind: 'approvers',
      approvers: [{ role: 'approver' }],
      quorum: 1,
      selfApproval: false,
      onDeadline: 'expire',
      oneTimeCode: false,
    });
  });

  it('RUN-9 knows the policy without approvals', () => {
    expect(ApprovalPolicy.parse({ kind: 'none' })).toEqual({ kind: 'none' });
  });

  it('RUN-9 refuses a quorum that the people who are named cannot reach', async () => {
    const twice = { kind: 'approvers', approvers: [{ person: 'li' }, { person: 'li' }], quorum: 2 };
    expect(await codesOf(twice)).toEqual(['QuorumOutOfReach quorum']);
  });

  it('RUN-9 reports every fault of a policy at once', async () => {
    const policy = { kind: 'approvers', approvers: [], quorum: 0, deadlineMs: -1, extra: true };
    expect(await codesOf(policy)).toEqual([
      'InputInvalid approvers',
      'InputInvalid quorum',
      'InputInvalid deadlineMs',
      'InputUnknown extra',
    ]);
  });
});
