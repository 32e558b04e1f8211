import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PublishListQuery } from '../../../schemas/publishing/publish-request';
import { readVersionsToCompare } from '../../../store/publishing/compare-versions';
import { listPublishObjects } from '../../../store/publishing/list-publish-objects';
import { readPublishOverview } from '../../../store/publishing/publish-overview';
import { failureOf } from '../../support/failure-of';
import { deletion, line } from '../catalog/catalog-world';
import { createPublishWorld, refers, type PublishWorld } from './publish-world';

describe('the list of what is published', () => {
  let world: PublishWorld;
  let id = 0;

  const list = (given: object = {}) =>
    listPublishObjects(world.database, id, PublishListQuery.parse({ tenant: 'list', ...given }));
  const codes = async (given: object) => (await list(given)).objects.map(({ code }) => code);

  beforeAll(async () => {
    world = await createPublishWorld();
    id = await world.addTarget('list');
    await world.load('list', [
      line('orders', { type: 'project', project: null, definition: {} }),
      line('keep', { name: 'Kept 保留' }),
      line('gone'),
      line('vip', { type: 'offline_tag' }),
    ]);
    await world.listAll(id);
    await world.publish(id);
    await world.load('list', [
      line('keep', { name: 'Kept', changedAt: '2026-07-01T00:00:00Z', definition: { sql: 'two' } }),
      deletion('gone'),
      line('fresh', { references: [refers(null, 'nowhere')] }),
      line('away', { project: 'sales' }),
    ]);
    await world.listAll(id);
  });

  afterAll(() => world.drop());

  it('REL-36 counts each category by status', async () => {
    const rows = await readPublishOverview(world.database, id);
    expect(rows).toHaveLength(8);
    expect(rows.find(({ category }) => category === 'development')).toEqual({
      ...{ category: 'development', total: 4, toBePublished: 4, publishing: 0, succeeded: 0 },
      ...{ succeededWithRisks: 0, failed: 0, notPublishable: 1 },
    });
    expect(rows.find(({ category }) => category === 'global')).toMatchObject({
      ...{ total: 1, succeeded: 1 },
    });
    expect(rows.find(({ category }) => category === 'tag')).toMatchObject({ total: 1, failed: 1 });
  });

  it('REL-36 tells of each object its status, change and what publishing does', async () => {
    const { objects } = await list({ statuses: ['to be published'] });
    expect(
      objects.map((one) => [one.code, one.changeType, one.productionChange, one.obstacles]),
    ).toEqual([
      ['fresh', 'new', 'put online', []],
      ['gone', 'deleted', 'take offline', []],
      ['keep', 'changed', 'replace', []],
      ['away', 'new', 'put online', ['ProjectNotPublished']],
    ]);
    const [published] = (await list({ statuses: ['succeeded'] })).objects;
    expect(published).toMatchObject({ code: 'orders', productionChange: 'none' });
    expect(published?.completedAt).toMatch(/^2\d{3}-/);
  });

  it('REL-36 filters by status, type, category and change type', async () => {
    expect(await codes({ statuses: ['failed'] })).toEqual(['vip']);
    expect(await codes({ types: ['project'] })).toEqual(['orders']);
    expect(await codes({ categories: ['tag', 'global'] })).toEqual(['vip', 'orders']);
    expect(await codes({ changeTypes: ['changed', 'deleted'] })).toEqual(['gone', 'keep']);
    expect(await codes({ publishable: false, statuses: ['to be published'] })).toEqual(['away']);
  });

  it('REL-36 finds exact names and codes, and names those that it has not', async () => {
    const found = await list({ names: ['Kept', 'fresh', 'kep', 'FRESH', 'none%'] });
    expect(found.objects.map(({ code }) => code)).toEqual(['fresh', 'keep']);
    expect(found.notFound).toEqual(['kep', 'FRESH', 'none%']);
  });

  it('REL-36 goes through the list page by page', async () => {
    const seen: string[] = [];
    for (let cursor: string | null | undefined; cursor !== null;) {
      const page = await list({ limit: 2, ...(cursor === undefined ? {} : { cursor }) });
      seen.push(...page.objects.map(({ code }) => code));
      cursor = page.next;
    }
    expect(seen).toEqual(['fresh', 'gone', 'keep', 'away', 'vip', 'orders']);
    expect((await failureOf(list({ cursor: 'none' }))).code).toBe('InvalidInput');
  });

  it('REL-36 shows what production runs beside what was submitted', async () => {
    const key = { type: 'database_sql', project: 'orders', code: 'keep' };
    const { online, submitted } = await readVersionsToCompare(world.database, id, key);
    expect([online?.definition, submitted?.definition]).toEqual([
      { sql: 'select 1' },
      { sql: 'two' },
    ]);
    const unknown = readVersionsToCompare(world.database, id, { ...key, code: 'x' });
    expect((await failureOf(unknown)).code).toBe('PublishObjectNotFound');
  });

  it('REL-36 takes up to 1,000 names at once and not one more', () => {
    const names = (count: number) => Array.from({ length: count }, (_, at) => `n${at}`);
    const parse = (count: number) =>
      PublishListQuery.safeParse({ tenant: 'list', names: names(count) }).success;
    expect([parse(1_000), parse(1_001)]).toEqual([true, false]);
  });
});
