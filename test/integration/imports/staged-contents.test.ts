import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { planImport } from '../../../store/imports/plan-import';
import { asset, createPackageWorld, packDocuments, type PackageWorld } from './package-world';

let world: PackageWorld;
let tenant: number;
let targets = 0;

beforeAll(async () => {
  world = await createPackageWorld();
});
afterAll(() => world.drop());
beforeEach(async () => {
  tenant = await world.addTarget(`target${String(++targets)}`);
});

describe('what is staged', () => {
  const stage = async (file: Buffer, target: number) => {
    const run = await world.begin(target, file);
    await world.check(run);
    const plan = await planImport(world.database, run);
    for (const shard of plan.stageShards) await world.bulk.stageShard({ ...run, shard });
    return { ...run, plan };
  };

  it('REL-33 is stored once, however often a shard is run', async () => {
    const run = await stage(await packDocuments([asset('shell', 'stored once')]), tenant);
    const [shard = 0] = run.plan.stageShards;
    const counts = [await world.count('contents'), await world.count('content_references')];
    const again = await world.bulk.stageShard({ ...run, shard });
    expect(again.objects).toBeGreaterThan(0);
    expect([await world.count('contents'), await world.count('content_references')]).toEqual(
      counts,
    );
    await world.bulk.removeStagedImport(run);
  });

  it('REL-33 goes when the run ends without applying it, and nothing else does', async () => {
    const before = await world.count('contents');
    const run = await stage(
      await packDocuments([
        asset('shell', 'only here', {
          references: [{ role: 'calls', type: null, project: null, code: 'f' }],
        }),
      ]),
      tenant,
    );
    expect(await world.count('contents')).toBe(before + 1);
    await world.bulk.removeStagedImport(run);
    await world.bulk.removeStagedImport(run);
    expect(await world.count('contents')).toBe(before);
    expect(await world.database('import_staged_shards').where({ run_id: run.runId })).toEqual([]);
    const keys: string[] = [];
    for await (const { key } of world.objectStore.list('staging/')) keys.push(key);
    for await (const { key } of world.objectStore.list('incoming/')) keys.push(key);
    expect(keys.filter((key) => key.includes(run.importId))).toEqual([]);
  });

  it('REL-33 stays where another plan that is under way writes it', async () => {
    const file = await packDocuments([asset('shell', 'of two')]);
    const first = await stage(file, tenant);
    const other = await world.addTarget(`other${String(targets)}`);
    const second = await world.begin(other, file);
    await world.database('runs').where({ id: first.runId }).update({ ended_at: null });
    await world.check(second);
    const plan = await planImport(world.database, second);
    expect(plan.stageShards).toEqual([]);
    await world.bulk.removeStagedImport(first);
    await world.finish(second);
    const names = await world
      .database('assets')
      .where({ tenant_id: other })
      .pluck<string[]>('code');
    expect(names).toEqual(['of two']);
  });

  it('REL-33 stays once it is applied', async () => {
    const run = await world.begin(tenant, await packDocuments([asset('shell', 'applied')]));
    await world.check(run);
    await world.finish(run);
    await world.bulk.removeStagedImport(run);
    const bodies = await world
      .database('assets')
      .join('contents', 'contents.id', 'assets.content_id')
      .where({ tenant_id: tenant })
      .pluck<string[]>('body');
    expect(bodies).toHaveLength(1);
  });

  it('REL-19 a shard that is written down is not read again', async () => {
    const run = await world.begin(tenant, await packDocuments([asset('shell', 'twice')]));
    const checked = await world.check(run);
    await world.bulk.removeStagedImport(run);
    const again = await world.bulk.indexShard({ ...run, indexId: checked.indexId, shard: 1 });
    expect(again.objects).toBe(1);
    const rows = await world.database('package_objects').where({ index_id: checked.indexId });
    expect(rows).toHaveLength(1);
  });
});
