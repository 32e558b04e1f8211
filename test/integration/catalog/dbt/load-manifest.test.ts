import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readCatalogStats } from '../../../../store/catalog/catalog-stats';
import { listAssets } from '../../../../store/catalog/list-assets';
import { listVersions } from '../../../../store/catalog/list-versions';
import { AssetQuery } from '../../../../schemas/catalog/catalog-queries';
import { failureOf } from '../../../support/failure-of';
import { createCatalogWorld, line, type CatalogWorld } from '../catalog-world';
import { loadDbt, manifest, models, type Members } from './dbt-world';

let world: CatalogWorld;
let tenantId: number;

beforeEach(async () => {
  world = await createCatalogWorld();
  tenantId = await world.addTenant('retail');
});

afterEach(() => world.drop());

async function list(query: Members = {}): Promise<(string | null)[][]> {
  const asked = AssetQuery.parse({ tenant: 'retail', ...query });
  const { assets } = await listAssets(world.database, tenantId, asked);
  return assets.map(({ project, code, changedAt }) => [project, code, changedAt]);
}

const march = '2026-03-09T19:19:11.557Z';
const june = '2026-06-23T02:11:51.115Z';
const later = { generated_at: june, invocation_id: 'other' };

describe('loading a dbt manifest', () => {
  it('RUN-18 makes the project where there is none and leaves the one there is', async () => {
    const first = await loadDbt(world, manifest({ nodes: models({ a: 'x' }) }));
    expect(first).toMatchObject({ lines: 1, created: 2, manifest: { projectCreated: true } });
    expect(await list({ type: 'project' })).toEqual([[null, 'shop', march]]);
    await world.load('retail', [line('orders', { type: 'project', project: null })]);
    const second = await loadDbt(world, manifest({ nodes: models({ a: 'x' }) }), {
      project: 'orders',
    });
    expect(second).toMatchObject({ created: 1, manifest: { projectCreated: false } });
  });

  it('RUN-18 writes nothing when the manifest was only generated again', async () => {
    const nodes = models({ a: 'x', b: 'y' });
    await loadDbt(world, manifest({ nodes }));
    const again = await loadDbt(world, manifest({ nodes }, later));
    expect(again).toMatchObject({ created: 0, changed: 0, deleted: 0, unchanged: 2, contents: 0 });
    expect(await world.count('asset_versions')).toBe(3);
  });

  it('RUN-18 changes what changed, deletes what vanished, and dates both by the manifest', async () => {
    await loadDbt(world, manifest({ nodes: models({ a: 'x', b: 'y', c: 'z' }) }));
    const second = await loadDbt(world, manifest({ nodes: models({ a: 'x', b: 'Y' }) }, later));
    expect(second.byType).toEqual({
      compute_task: { created: 0, changed: 1, deleted: 1, unchanged: 1 },
    });
    expect(await list({ changedFrom: june })).toEqual([['shop', 'model.shop.b', june]]);
    expect(await list({ deleted: true })).toEqual([['shop', 'model.shop.c', june]]);
    const ref = { tenant: 'retail', type: 'compute_task', project: 'shop', code: 'model.shop.b' };
    const versions = await listVersions(world.database, tenantId, {
      ...ref,
      type: 'compute_task',
    });
    expect(versions.map((one) => one.changedAt)).toEqual([june, march]);
  });

  it('RUN-18 brings back what a later manifest has again', async () => {
    await loadDbt(world, manifest({ nodes: models({ a: 'x', b: 'y' }) }));
    await loadDbt(world, manifest({ nodes: models({ a: 'x' }) }));
    const back = await loadDbt(world, manifest({ nodes: models({ a: 'x', b: 'y' }) }));
    expect(back).toMatchObject({ created: 1, unchanged: 1, deleted: 0 });
  });

  it('RUN-18 touches nothing of another origin, project or tenant', async () => {
    await world.addTenant('wholesale');
    const nodes = models({ a: 'x', b: 'y' });
    await world.load('retail', [line('mine', { project: 'shop' }), line('model.shop.z')]);
    for (const options of [{}, { project: 'other' }, { tenant: 'wholesale' }]) {
      await loadDbt(world, manifest({ nodes }), options);
    }
    const empty = await loadDbt(world, manifest({ nodes: {} }));
    expect(empty).toMatchObject({ deleted: 2, created: 0, changed: 0 });
    expect((await list({ project: 'shop' })).map(([, code]) => code)).toEqual(['mine']);
    expect(await list({ project: 'other' })).toHaveLength(2);
    expect(await list({ project: 'orders' })).toHaveLength(1);
    const again = await loadDbt(world, manifest({ nodes }), { tenant: 'wholesale' });
    expect(again).toMatchObject({ unchanged: 2, deleted: 0 });
  });

  it('RUN-18 keeps what two dbt projects share until neither has it', async () => {
    const shared = models({ shared: 'x' });
    const other = { project_name: 'second' };
    await loadDbt(world, manifest({ nodes: { ...shared, ...models({ one: 'x' }) } }));
    await loadDbt(world, manifest({ nodes: shared }, other));
    const first = await loadDbt(world, manifest({ nodes: {} }));
    expect(first).toMatchObject({ deleted: 1 });
    expect(await loadDbt(world, manifest({ nodes: {} }, other))).toMatchObject({ deleted: 1 });
  });

  it('RUN-18 knows the dbt project again when dbt begins to write its name', async () => {
    const nodes = models({ a: 'x', b: 'y' });
    const version = 'https://schemas.getdbt.com/dbt/manifest/v9.json';
    const old = {
      ...{ dbt_schema_version: version, project_name: undefined },
      project_id: 'fb54f3c5992b96d001bb16e8e92d968d',
    };
    await loadDbt(world, manifest({ nodes }, old));
    const newer = await loadDbt(world, manifest({ nodes: models({ a: 'x' }) }));
    expect(newer).toMatchObject({ deleted: 1, unchanged: 1 });
  });

  it('RUN-18 counts what is left out, and the references to nothing', async () => {
    const reading = {
      ...{ name: 'r', package_name: 'shop', resource_type: 'model' },
      depends_on: { nodes: ['model.shop.a', 'model.shop.none'], macros: ['macro.dbt.none'] },
    };
    const loaded = await loadDbt(
      world,
      manifest({
        docs: { 'doc.a': {}, 'doc.b': {} },
        disabled: { 'model.shop.off': {} },
        nodes: {
          ...models({ a: 'x' }),
          'model.shop.r': reading,
          'rpc.x': { resource_type: 'rpc' },
        },
        parent_map: { 'model.shop.a': {} },
        ...{ constructor: { x: 1 } },
      }),
    );
    expect(loaded.manifest).toEqual({
      dbtProject: 'shop',
      dbtVersion: '1.11.7',
      schemaVersion: 12,
      generatedAt: '2026-03-09T19:19:11.557434Z',
      projectCreated: true,
      leftOut: { docs: 2, disabled: 1, rpc: 1, constructor: 1 },
      references: 3,
      danglingReferences: 2,
    });
    const stats = await readCatalogStats(world.database, tenantId);
    expect(stats).toMatchObject({ assets: 3, danglingReferences: 2 });
  });

  it('RUN-18 reports every fault with the unique_id of its object and loads nothing', async () => {
    const broken = manifest({
      nodes: {
        ...models({ a: 'x' }),
        'model.shop.b': { name: 1, package_name: 'shop', resource_type: 'model', columns: [] },
        'model.shop.c': { name: 'a\0b', package_name: 'shop', resource_type: 'model' },
        'model.shop.d': { name: 'd', package_name: 'shop', resource_type: 'seed', meta: 'S3CR3T' },
      },
      macros: { 'macro.shop.m': null },
    });
    const error = await failureOf(loadDbt(world, broken));
    expect(error.code).toBe('CatalogLinesInvalid');
    expect(error.details).toMatchObject({ badLines: 4 });
    expect(error.findings.map((one) => [one.code, one.reason.split(':')[0]])).toEqual([
      ['NodeInvalid', 'model.shop.b'],
      ['NodeInvalid', 'model.shop.b'],
      ['DocumentInvalid', 'model.shop.c'],
      ['TextHasNul', 'model.shop.c'],
      ['NodeInvalid', 'model.shop.d'],
      ['NodeInvalid', 'macro.shop.m'],
    ]);
    expect(JSON.stringify(error.findings)).not.toContain('S3CR3T');
    for (const table of ['assets', 'contents', 'dbt_origins']) {
      expect(await world.count(table)).toBe(0);
    }
  });

  it('RUN-18 keeps the asset of an object that is bad when bad ones are left out', async () => {
    await loadDbt(world, manifest({ nodes: models({ a: 'x', b: 'y', c: 'z' }) }));
    const bad = { 'model.shop.b': { resource_type: 'model' } };
    const nodes = { ...models({ a: 'X' }), ...bad };
    const skipping = await loadDbt(world, manifest({ nodes }), { skipBad: true });
    expect(skipping).toMatchObject({ lines: 2, changed: 1, deleted: 1, skipped: 1 });
    const mended = await loadDbt(world, manifest({ nodes: models({ a: 'X' }) }));
    expect(mended).toMatchObject({ unchanged: 1, deleted: 1 });
  });

  it.each([
    ['a catalog of dbt', { dbt_schema_version: 'https://schemas.getdbt.com/dbt/catalog/v1.json' }],
    ['a version that is too old', { dbt_schema_version: 'https://x/dbt/manifest/v3.json' }],
    ['no version', { dbt_schema_version: null }],
    ['no dbt project', { project_name: null }],
  ])('RUN-18 refuses %s and loads nothing', async (_, metadata) => {
    const error = await failureOf(
      loadDbt(world, manifest({ nodes: models({ a: 'x' }) }, metadata)),
    );
    expect(error.code).toBe('DbtManifestInvalid');
    expect(await world.count('assets')).toBe(0);
  });

  it('RUN-18 reads sections in any order', async () => {
    const { metadata, nodes } = manifest({ nodes: models({ a: 'x' }) }) as Record<string, Members>;
    await loadDbt(world, { nodes, metadata });
    const again = await loadDbt(world, manifest({ nodes: models({ a: 'x' }) }));
    expect(again).toMatchObject({ unchanged: 1, created: 0 });
  });
});
