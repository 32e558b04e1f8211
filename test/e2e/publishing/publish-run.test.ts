import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { failureOf } from '../../support/failure-of';
import type { GantryStack } from '../../support/gantry-stack';
import { ended, until } from '../runs/run-world';
import {
  createPublishStack,
  listAll,
  onlineCodes,
  published,
  startPublishing,
  tenant,
} from './publish-stack';

const policy = { kind: 'approvers' as const, approvers: [{ role: 'approver' as const }] };

describe('a publish run', () => {
  let stack: GantryStack;

  beforeAll(async () => {
    stack = await createPublishStack({ settings: { publishApproval: policy } });
  }, 120_000);

  afterAll(() => stack.close());

  const reset = async (): Promise<void> => {
    await stack.database('online_assets').delete();
    await listAll(stack);
    await stack
      .database('publish_objects')
      .update({ status: 'to be published', findings: '[]', obstacles: [] });
  };

  it('REL-5 is for cross-tenant release users alone', async () => {
    const asked = stack.person('lin').publishing.run({ tenant, all: true });
    expect((await failureOf(asked)).code).toBe('PermissionDenied');
  });

  it('REL-38 waits for approval, if the policy asks, and publishes nothing before', async () => {
    const run = await startPublishing(stack);
    const { approvalRequestId } = await until(stack, run, 'waiting for approval');
    expect(await onlineCodes(stack)).toEqual([]);
    const request = approvalRequestId ?? '';
    const shown = await stack.person('sofia').approvals.show({ request });
    expect(shown.summary).toMatchObject({ objects: 8, changes: { new: 8 }, types: { project: 2 } });
    await stack.person('sofia').approvals.approve({ request });
    const { status, report, steps } = await ended(stack, run);
    expect(status).toBe('succeeded');
    expect(report?.result).toMatchObject({ objects: 8, succeeded: 8, failed: 0 });
    expect(steps.map(({ name, state }) => `${name}: ${state}`)).toEqual([
      'check permission: done',
      'check maintenance mode: done',
      'order: done',
      'wait for approval: done',
      'publish: done',
      'report: done',
    ]);
    expect(await onlineCodes(stack)).toHaveLength(8);
  });

  it('REL-38 publishes nothing that was rejected, and gives it back', async () => {
    await reset();
    const run = await startPublishing(stack);
    const { approvalRequestId } = await until(stack, run, 'waiting for approval');
    await stack
      .person('sofia')
      .approvals.reject({ request: approvalRequestId ?? '', comment: 'not today' });
    expect((await ended(stack, run)).status).toBe('rejected');
    expect(await onlineCodes(stack)).toEqual([]);
    const overview = await stack.person('mara').publishing.overview({ tenant });
    expect(overview.map((one) => one.publishing)).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
    expect(overview.reduce((sum, one) => sum + one.toBePublished, 0)).toBe(8);
  });

  it('RUN-6 ends well where something failed, and says so; REL-39 retries what failed', async () => {
    await stack.admin.tenants.changeSettings({
      tenant,
      settings: { publishApproval: { kind: 'none' } },
    });
    await reset();
    await stack.database.raw(
      `update assets set type = 'offline_tag' where project = 'sales' and type = 'python'`,
    );
    const { status, report } = await published(stack);
    expect(status).toBe('succeeded');
    expect(report).toMatchObject({
      outcome: 'succeeded',
      result: { objects: 8, succeeded: 7, failed: 1, blocked: 0 },
      findings: [{ code: 'NotProjectMember', severity: 'warning', object: { code: 'clean' } }],
    });
    const { objects } = await stack
      .person('mara')
      .publishing.list({ tenant, statuses: ['failed'] });
    expect(objects.map(({ code, publishable }) => [code, publishable])).toEqual([['clean', true]]);
    const person = await stack.database('people').where({ name: 'mara' }).first<{ id: number }>();
    const { id } = await stack.database('tenants').where({ code: tenant }).first<{ id: number }>();
    await stack.database('role_grants').insert({
      ...{ person_id: person.id, tenant_id: id, role: 'project-member' },
      ...{ scope_kind: 'project', scope_code: 'sales' },
    });
    const again = await stack.person('mara').publishing.retry({ tenant });
    const retried = await ended(stack, again.run);
    expect(retried.report?.result).toMatchObject({ objects: 1, succeeded: 1, failed: 0 });
  });

  it('RUN-13 is the same run where the same is asked for, and does nothing where nothing is left', async () => {
    const ask = () => stack.person('mara').publishing.run({ tenant, all: true, requestId: 'one' });
    const first = await ask();
    expect(await ask()).toEqual(first);
    const { status, report } = await ended(stack, first.run);
    expect(status).toBe('succeeded');
    expect(report?.result).toMatchObject({ objects: 0, succeeded: 0, failed: 0 });
    expect(await ask()).toEqual(first);
  });

  it('REL-42 publishes only in the mode for it', async () => {
    await reset();
    await stack.person('lin').tenants.endMode({ tenant });
    const { status, report } = await published(stack);
    expect(status).toBe('check failed');
    expect(report?.findings).toMatchObject([{ code: 'ModeWrong' }]);
    expect(await onlineCodes(stack)).toEqual([]);
    await stack.person('lin').tenants.startMode({ tenant, mode: 'cross-tenant-publishing' });
  });

  it('RUN-23 leaves who published what in the audit log', async () => {
    const entries = await stack.person('lin').audit.list({ tenant, action: 'release.publish' });
    const told = JSON.stringify(entries);
    expect(told).toContain('mara');
    expect(told).toContain('succeeded');
  });
});
