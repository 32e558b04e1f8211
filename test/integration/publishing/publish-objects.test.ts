import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PipelineError } from '../../../schemas/pipeline-error';
import { line } from '../catalog/catalog-world';
import { createPublishWorld, refers, type PublishWorld } from './publish-world';

const project = (code = 'orders', definition = {}) =>
  line(code, { type: 'project', project: null, definition });
const one = (code: string, type = 'database_sql', home: string | null = 'orders') => ({
  kind: 'objects' as const,
  objects: [{ type: type as never, project: home, code }],
});

describe('publishing', () => {
  let world: PublishWorld;
  const calls: string[][] = [];
  let refuses = '';

  beforeAll(async () => {
    world = await createPublishWorld({
      production: {
        apply({ objects }) {
          calls.push(objects.map(({ code, version, change }) => `${change} ${code} ${version}`));
          const refused = objects.find(({ code }) => code === refuses);
          return refused === undefined
            ? Promise.resolve()
            : Promise.reject(new PipelineError('ProductionRefused', { code: refused.code }));
        },
      },
    });
  });

  afterAll(() => world.drop());

  async function target(
    code: string,
    lines: readonly string[],
    settings: Readonly<Record<string, unknown>> = {},
  ): Promise<number> {
    const id = await world.addTarget(code, settings);
    await world.load(code, lines);
    await world.listAll(id);
    return id;
  }

  it('REL-41 puts nothing online whose import was undone while it was being published', async () => {
    const id = await target('undone', [project(), line('kept'), line('gone')]);
    const { runId, ordered } = await world.begin(id);
    // What registering an undo does: what production never ran leaves the list.
    await world.database.raw(
      `delete from publish_objects using assets a where a.id = asset_id and a.code = 'gone' and a.tenant_id = ?`,
      [id],
    );
    const shards = ordered.stages.reduce((sum, count) => sum + count, 0);
    for (let shard = 1; shard <= shards; shard++) await world.publishShard(runId, shard);
    await world.end(runId);
    expect(await world.onlineCodes(id)).toEqual(['kept', 'orders']);
    const rows = await world
      .database('publish_run_objects as o')
      .join('assets as a', 'a.id', 'o.asset_id')
      .where({ 'o.run_id': runId, 'a.code': 'gone' })
      .select<{ status: string; findings: { code: string }[] }[]>('o.status', 'o.findings');
    expect(rows).toMatchObject([{ status: 'failed', findings: [{ code: 'ImportUndone' }] }]);
  });

  it('REL-39 stops only what depends on a failed object, and publishes it on a retry', async () => {
    const id = await target('failing', [
      project(),
      line('bad'),
      line('child', { references: [refers('database_sql', 'bad')] }),
      line('grandchild', { references: [refers('database_sql', 'child')] }),
      line('free'),
    ]);
    refuses = 'bad';
    const run = await world.publish(id);
    refuses = '';
    expect(run.counts).toEqual({
      ...{ objects: 5, succeeded: 2, succeededWithRisks: 0, failed: 3, blocked: 2 },
    });
    expect(run.failures).toMatchObject([
      { code: 'ProductionRefused', severity: 'warning', object: { code: 'bad' } },
    ]);
    expect(await world.statuses(id)).toEqual({
      ...{ bad: 'failed: ProductionRefused', child: 'failed: BlockedBy' },
      ...{ free: 'succeeded', grandchild: 'failed: BlockedBy', orders: 'succeeded' },
    });
    expect(await world.onlineCodes(id)).toEqual(['free', 'orders']);
    const again = await world.publish(id, { kind: 'failed', publishing: run.publishing });
    expect(again.counts).toMatchObject({ objects: 3, succeeded: 3, failed: 0 });
    expect(await world.onlineCodes(id)).toEqual(['bad', 'child', 'free', 'grandchild', 'orders']);
  });

  it('REL-39 never publishes a shard twice, also when two workers do it', async () => {
    const id = await target('twice', [project(), line('a'), line('b')]);
    const { runId } = await world.begin(id);
    await Promise.all([world.publishShard(runId, 1), world.publishShard(runId, 1)]);
    const published = () =>
      world.database('online_assets').where({ tenant_id: id }).orderBy('asset_id').select();
    const before = await published();
    const callsBefore = calls.length;
    await world.publishShard(runId, 1);
    expect(await published()).toEqual(before);
    expect(calls).toHaveLength(callsBefore);
    await world.end(runId);
  });

  it('REL-40 lets an object whose reference is only in development, or nowhere, succeed with risks', async () => {
    const id = await target('risks', [
      project(),
      line('user', { references: [refers('database_sql', 'draft')] }),
      line('lost', { references: [refers(null, 'nowhere')] }),
      line('draft'),
    ]);
    await world.publish(id, one('orders', 'project', null));
    await world.publish(id, one('user'));
    await world.publish(id, one('lost'));
    expect(await world.statuses(id)).toMatchObject({
      draft: 'to be published',
      user: 'succeeded with risks: ReferenceOnlyInDevelopment',
      lost: 'succeeded with risks: ReferenceUnresolved',
    });
  });

  it('REL-38 takes the right of who asked for the run at the moment of publishing', async () => {
    const id = await target('rights', [project(), line('a')]);
    const { runId } = await world.begin(id);
    await world
      .database('role_grants')
      .where({ tenant_id: id, person_id: world.user.personId })
      .delete();
    await world.publishShard(runId, 1);
    await world.end(runId);
    expect(await world.statuses(id)).toMatchObject({ orders: 'failed: PublishNotPermitted' });
    expect(await world.onlineCodes(id)).toEqual([]);
  });

  it('REL-38 demands membership of the project for tag objects', async () => {
    const id = await target('tags', [project(), line('vip', { type: 'offline_tag' })]);
    await world.publish(id);
    expect(await world.statuses(id)).toMatchObject({ vip: 'failed: NotProjectMember' });
    await world.database('role_grants').insert({
      ...{ person_id: world.user.personId, tenant_id: id, role: 'project-member' },
      ...{ scope_kind: 'project', scope_code: 'orders' },
    });
    const again = await world.publish(id, { kind: 'failed', publishing: null });
    expect(again.counts).toMatchObject({ succeeded: 1 });
  });

  const reader = [
    project('orders', { productionAccount: 'svc_orders' }),
    project('sales'),
    line('daily', { type: 'logical_fact_table', project: 'sales' }),
    line('report', { references: [refers('logical_fact_table', 'daily', 'sales')] }),
    line('vip', {
      type: 'offline_tag',
      references: [refers('logical_fact_table', 'daily', 'sales')],
    }),
  ];

  it('REL-38 fails what lacks a table permission where none is granted automatically, tags excepted', async () => {
    const settings = { permission_verification: true, auto_grant: false };
    const id = await target('verified', reader, settings);
    await world.database('role_grants').insert({
      ...{ person_id: world.user.personId, tenant_id: id, role: 'project-member' },
      ...{ scope_kind: 'project', scope_code: 'orders' },
    });
    await world.publish(id);
    expect(await world.statuses(id)).toMatchObject({
      ...{ daily: 'succeeded', report: 'failed: TablePermissionMissing', vip: 'succeeded' },
    });
    expect(await world.count('table_grants')).toBe(0);
  });

  it('REL-38 grants whole tables to the production account, keeps that on failure and reports it', async () => {
    const settings = { permission_verification: true, auto_grant: true };
    const id = await target('granted', reader, settings);
    refuses = 'report';
    const { runId } = await world.publish(id);
    refuses = '';
    const grants = () =>
      world
        .database('table_grants')
        .where({ tenant_id: id })
        .select('account', 'type', 'project', 'code', 'run_id');
    const granted = {
      ...{ account: 'svc_orders', type: 'logical_fact_table', project: 'sales', code: 'daily' },
      run_id: runId,
    };
    expect(await grants()).toEqual([granted]);
    const [failed] = await world
      .database('publish_run_objects')
      .where({ run_id: runId, status: 'failed' })
      .whereRaw("findings -> 0 ->> 'code' = 'ProductionRefused'")
      .select<{ findings: { code: string }[] }[]>('findings');
    expect(failed?.findings.map(({ code }) => code)).toContain('TablePermissionGranted');
    await world.publish(id, { kind: 'failed', publishing: null });
    expect((await world.statuses(id))['report']).toBe('succeeded');
    expect(await grants()).toEqual([granted]);
  });

  it('REL-38 asks for no permissions where verification is off', async () => {
    const id = await target('unverified', reader, { permission_verification: false });
    await world.publish(id);
    expect((await world.statuses(id))['report']).toBe('succeeded');
    expect(await world.database('table_grants').where({ tenant_id: id })).toEqual([]);
  });

  it('REL-43 calls a task of a kind that the engine lacks a risk', async () => {
    const id = await target('kinds', [
      project('orders', { engine: 'mysql' }),
      line('job', { type: 'compute_task', definition: { kind: 'spark_jar' } }),
    ]);
    await world.publish(id);
    expect((await world.statuses(id))['job']).toBe(
      'succeeded with risks: ComputeTaskKindUnsupported',
    );
  });

  it('REL-39 gives back what a run that was cancelled did not come to', async () => {
    const id = await target('cancelled', [project(), line('a')]);
    const { runId } = await world.begin(id);
    expect(await world.statuses(id)).toEqual({ a: 'publishing', orders: 'publishing' });
    const other = await world.publish(id, one('a'));
    expect(other.findings).toMatchObject([{ code: 'ObjectBeingPublished' }]);
    await world.end(runId, 'cancelled');
    expect(await world.statuses(id)).toEqual({ a: 'to be published', orders: 'to be published' });
  });

  it('REL-35 leaves what a newer import listed meanwhile to be published', async () => {
    const id = await target('newer', [project(), line('a')]);
    const { runId } = await world.begin(id);
    await world.load('newer', [line('a', { changedAt: '2026-09-01T00:00:00Z' })]);
    await world.listAll(id);
    await world.publishShard(runId, 1);
    await world.end(runId);
    expect((await world.statuses(id))['a']).toBe('to be published');
    const [row] = await world
      .database('online_assets')
      .join('assets', 'assets.id', 'online_assets.asset_id')
      .where({ 'assets.tenant_id': id, 'assets.code': 'a' })
      .select<{ online: number; submitted: number }[]>({
        ...{ online: 'online_assets.version', submitted: 'assets.version' },
      });
    expect(row).toEqual({ online: 1, submitted: 2 });
  });

  it('REL-39 names every object that was asked for and is not on the list', async () => {
    const id = await target('unlisted', [project()]);
    const asked = { ...one('x'), objects: [...one('x').objects, ...one('y').objects] };
    const { findings } = await world.publish(id, asked);
    expect(findings.map(({ code, object }) => [code, object?.code])).toEqual([
      ['ObjectNotListed', 'x'],
      ['ObjectNotListed', 'y'],
    ]);
  });
});
