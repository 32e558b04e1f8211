import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { canonicalize } from '../../../../archive/canonical-json';
import {
  dbtResourceTypes,
  isDbtResourceName,
} from '../../../../schemas/catalog/dbt-resource-types';
import { readCatalogStats } from '../../../../store/catalog/catalog-stats';
import { findTenant } from '../../../../store/tenants/find-tenant';
import { createCatalogWorld, line, type CatalogWorld } from '../catalog-world';
import {
  hasRealDbt,
  loadDbt,
  readWhole,
  realManifest,
  type Members,
  type Sections,
} from './dbt-world';

// The real manifests are not part of the project: without them these tests are shown as skipped.
const describeReal = hasRealDbt ? describe : describe.skip;

const netsuite = realManifest('netsuite.2026-06-22.986fb90a');
const earlier = realManifest('zendesk.2026-03-09.80243ded');
const later = realManifest('zendesk.2026-06-22.d4a8aa37');

describeReal('real dbt manifests (skipped where ../shared/real/dbt is missing)', () => {
  let world: CatalogWorld;

  beforeAll(async () => {
    world = await createCatalogWorld();
    for (const tenant of ['fresh', 'moved', 'both']) await world.addTenant(tenant);
  });

  afterAll(() => world.drop());

  async function statsOf(tenant: string) {
    const { id } = await findTenant(world.database, tenant);
    return readCatalogStats(world.database, id);
  }

  it('RUN-18 takes every object of a real manifest, and all their references resolve', async () => {
    const loaded = await loadDbt(world, netsuite, { tenant: 'both', project: 'netsuite' });
    const sections = await readWhole(netsuite);
    const objects = objectsOf(sections);
    expect(objects.size).toBeGreaterThan(1000);
    expect(loaded).toMatchObject({
      lines: objects.size,
      created: objects.size + 1,
      manifest: {
        dbtProject: 'netsuite_integration_tests',
        projectCreated: true,
        leftOut: {
          docs: Object.keys(sections['docs'] ?? {}).length,
          disabled: Object.keys(sections['disabled'] ?? {}).length,
        },
        danglingReferences: 0,
      },
    });
    expect(loaded.manifest.references).toBeGreaterThan(1_000);
    const { project, ...byType } = loaded.byType;
    expect(project?.created).toBe(1);
    expect(
      Object.fromEntries(Object.entries(byType).map(([type, one]) => [type, one.created])),
    ).toEqual(countTypes(objects));
  });

  it('RUN-18 writes nothing when a real manifest is loaded again', async () => {
    const versions = await world.count('asset_versions');
    const again = await loadDbt(world, netsuite, { tenant: 'both', project: 'netsuite' });
    expect(again).toMatchObject({ created: 0, changed: 0, deleted: 0, contents: 0 });
    expect(again.unchanged).toBe(again.lines);
    expect(await world.count('asset_versions')).toBe(versions);
  });

  it('RUN-18 gives by the later manifest over the earlier what it gives alone, and touches nothing else', async () => {
    await world.load('moved', [line('mine', { project: 'zendesk' })]);
    await world.load('fresh', [line('mine', { project: 'zendesk' })]);
    await loadDbt(world, earlier, { tenant: 'moved', project: 'zendesk' });
    const moved = await loadDbt(world, later, { tenant: 'moved', project: 'zendesk' });
    await loadDbt(world, later, { tenant: 'fresh', project: 'zendesk' });
    const [left, right] = [await statsOf('moved'), await statsOf('fresh')];
    expect(left.digest).toBe(right.digest);
    const [before, after] = [
      objectsOf(await readWhole(earlier)),
      objectsOf(await readWhole(later)),
    ];
    const gone = [...before.keys()].filter((key) => !after.has(key));
    const fresh = [...after.keys()].filter((key) => !before.has(key));
    expect([moved.deleted, moved.created]).toEqual([gone.length, fresh.length]);
    expect(left.deleted).toBe(gone.length);
    const changed = [...after].filter(([key, node]) => hasChanged(before.get(key), node));
    expect(moved.changed).toBe(changed.length);
    expect(moved.changed + moved.created).toBeLessThan(moved.lines / 5);
    const { rows } = await world.database.raw<{ rows: { version: number }[] }>(
      "select version from assets where code = 'mine'",
    );
    expect(rows).toEqual([{ version: 1 }, { version: 1 }]);
  });

  it('RUN-18 takes two dbt projects that share packages into one project', async () => {
    const alone = await loadDbt(world, netsuite, { tenant: 'both', project: 'shared' });
    const second = await loadDbt(world, later, { tenant: 'both', project: 'shared' });
    expect(second.unchanged).toBeGreaterThan(400);
    expect(second).toMatchObject({ deleted: 0, manifest: { danglingReferences: 0 } });
    const again = await loadDbt(world, netsuite, { tenant: 'both', project: 'shared' });
    expect(again).toMatchObject({ created: 0, deleted: 0, lines: alone.lines });
  });
});

/** Every object that is to become an asset, by its unique_id. */
function objectsOf(sections: Sections): Map<string, Members> {
  const names = ['nodes', 'sources', 'macros', 'exposures', 'metrics', 'semantic_models'];
  return new Map(
    names.flatMap((name) => Object.entries(sections[name] ?? {}) as [string, Members][]),
  );
}

function countTypes(objects: ReadonlyMap<string, Members>): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { resource_type: name } of objects.values()) {
    const type = isDbtResourceName(String(name)) ? dbtResourceTypes[name as 'model'].type : 'none';
    counts[type] = (counts[type] ?? 0) + 1;
  }
  return counts;
}

/** The test's own list of what counts; the order of members does not. */
function hasChanged(before: Members | undefined, after: Members): boolean {
  return before !== undefined && said(before) !== said(after);
}

function said(node: Members): string {
  const config = Object.entries((node['config'] ?? {}) as Members).filter(
    ([name, value]) => value !== null && !['docs', 'meta'].includes(name),
  );
  const isSeed = node['resource_type'] === 'seed';
  return canonicalize([
    ...['raw_code', 'macro_sql', 'description', 'columns', 'depends_on', 'supported_languages'].map(
      (name) => node[name] ?? null,
    ),
    Object.fromEntries(config),
    isSeed ? node['checksum'] : null,
  ]);
}
