import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { deletion, line } from '../catalog/catalog-world';
import { createPublishWorld, refers, type PublishWorld } from './publish-world';

const project = (code = 'orders') => line(code, { type: 'project', project: null, definition: {} });

describe('what is published in which order', () => {
  let world: PublishWorld;

  beforeAll(async () => {
    world = await createPublishWorld();
  });

  afterAll(() => world.drop());

  async function target(code: string, lines: readonly string[]): Promise<number> {
    const id = await world.addTarget(code);
    await world.load(code, lines);
    await world.listAll(id);
    return id;
  }

  /** The wave of each object of a run, by code. */
  async function waves(runId: string): Promise<Record<string, number>> {
    const rows = await world
      .database('publish_run_objects as o')
      .join('assets as a', 'a.id', 'o.asset_id')
      .where('o.run_id', runId)
      .orderBy('a.code')
      .select<{ code: string; wave: number }[]>('a.code', 'o.wave');
    return Object.fromEntries(rows.map(({ code, wave }) => [code, wave]));
  }

  it('REL-37 puts projects and segments before what lives in them, and what is needed before what needs it', async () => {
    const id = await target('order', [
      project(),
      line('east', { type: 'data_segment', project: null, references: [refers('shell', 'late')] }),
      line('late', { type: 'shell', segment: 'east', references: [refers(null, 'early')] }),
      line('early', { type: 'shell' }),
    ]);
    const { runId, counts } = await world.publish(id);
    expect(counts).toMatchObject({ objects: 4, succeeded: 4, failed: 0 });
    expect(await waves(runId)).toEqual({ east: 0, orders: 0, early: 1, late: 2 });
    expect(await world.onlineCodes(id)).toEqual(['early', 'east', 'late', 'orders']);
  });

  it('REL-37 publishes objects that need each other together', async () => {
    const id = await target('ring', [
      project(),
      line('one', { references: [refers('database_sql', 'two')] }),
      line('two', { references: [refers('database_sql', 'three')] }),
      line('three', { references: [refers('database_sql', 'one')] }),
    ]);
    const { runId, counts } = await world.publish(id);
    expect(counts).toMatchObject({ succeeded: 4 });
    const rows = await world
      .database('publish_run_objects')
      .where({ run_id: runId, wave: 1 })
      .distinct('component', 'shard');
    expect(rows).toHaveLength(1);
  });

  it('REL-37 counts what lives in an unpublished project, and publishes it once the project is', async () => {
    const id = await target('homeless', [project(), line('a'), line('b')]);
    const only = (code: string, type = 'database_sql') => ({
      kind: 'objects' as const,
      objects: [{ type: type as never, project: type === 'project' ? null : 'orders', code }],
    });
    const refused = await world.publish(id, only('a'));
    expect(refused.findings).toMatchObject([
      { code: 'ProjectNotPublished', severity: 'error', object: { code: 'a' } },
    ]);
    const filtered = await world.publish(id, {
      kind: 'filter',
      filter: { types: ['database_sql'] },
    });
    expect(filtered).toMatchObject({ notPublishable: 2, counts: { objects: 0 } });
    expect((await world.publish(id, only('orders', 'project'))).counts.succeeded).toBe(1);
    expect((await world.publish(id, only('a'))).counts.succeeded).toBe(1);
    expect(await world.onlineCodes(id)).toEqual(['a', 'orders']);
  });

  it('REL-37 takes what is deleted offline after what referred to it', async () => {
    const id = await target('leaving', [
      project(),
      line('used'),
      line('user', { references: [refers('database_sql', 'used')] }),
      line('editor', { references: [refers('database_sql', 'used')] }),
    ]);
    await world.publish(id);
    await world.load('leaving', [
      deletion('used'),
      deletion('user'),
      line('editor', { changedAt: '2026-07-02T08:00:00Z' }),
    ]);
    await world.listAll(id);
    const { runId, counts } = await world.publish(id);
    expect(counts).toMatchObject({ objects: 3, succeeded: 3 });
    const order = await waves(runId);
    expect(order['used']).toBeGreaterThan(order['user'] as number);
    expect(order['used']).toBeGreaterThan(order['editor'] as number);
    expect(await world.onlineCodes(id)).toEqual(['editor', 'orders']);
  });

  it('REL-37 tells of what stays online and refers to what leaves', async () => {
    const id = await target('left', [
      project(),
      line('used'),
      line('user', { references: [refers('database_sql', 'used')] }),
    ]);
    await world.publish(id);
    await world.load('left', [deletion('used')]);
    await world.listAll(id);
    await world.publish(id);
    expect((await world.statuses(id))['used']).toBe('succeeded with risks: StillReferredTo');
  });

  it('REL-18 gives the same digest for the same objects and versions, another one for others', async () => {
    const id = await target('digest', [project(), line('a'), line('b')]);
    const first = await world.begin(id);
    await world.end(first.runId, 'rejected');
    const second = await world.begin(id);
    expect(second.ordered.digest).toBe(first.ordered.digest);
    await world.end(second.runId, 'rejected');
    await world.load('digest', [line('b', { changedAt: '2026-08-01T00:00:00Z' })]);
    const third = await world.begin(id);
    expect(third.ordered.digest).not.toBe(first.ordered.digest);
    await world.end(third.runId, 'cancelled');
  });
});
