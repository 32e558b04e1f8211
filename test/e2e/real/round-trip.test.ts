import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { diffPackageFiles, type PackageDifference } from '../../../client';
import { hasRealData, realCatalog } from '../../support/real-data';
import { createImportWorld, source, target, type ImportWorld } from '../imports/import-world';
import { differing, expectedDigests, newestRows, readTenantDigests } from './target-catalog';

// The real catalogs are not part of the project: without them these tests are shown as skipped.
const describeReal = hasRealData ? describe : describe.skip;

const catalogs = ['warehouse-2026-08-21', 'standards-and-metrics'];
const count = 43_554;

describeReal('a round trip of real catalogs (skipped where ../shared/real is missing)', () => {
  let world: ImportWorld;
  let file: string;

  beforeAll(async () => {
    world = await createImportWorld({ catalog: [] });
    for (const name of catalogs) {
      await world.stack.admin.catalog.load({ tenant: source, source: realCatalog(name) });
    }
    file = await world.exported();
  }, 600_000);

  afterAll(() => world.close());

  it('REL-33 brings all 43,554 assets into an empty tenant, REL-35 all to be published', async () => {
    const { run } = await world.imported({ file });

    expect(run.report).toMatchObject({
      outcome: 'succeeded',
      result: { new: count, written: count, deleted: 0, toPublish: count },
    });
    const there = await readTenantDigests(world.stack.database, target);
    expect(there.size).toBe(count);
    expect(differing(await expectedDigests(catalogs), there)).toEqual([]);
    expect(await world.leftovers()).toEqual([]);
  }, 600_000);

  it('REL-31 reports what objects refer to and nobody has, and drops no reference', async () => {
    const { imports } = await world.ines.imports.list({ tenant: target });
    const [one] = imports;
    const here = await world.ines.catalog.stats({ tenant: target });
    const there = await world.stack.person('mara').catalog.stats({ tenant: source });

    expect(here.danglingReferences).toBeGreaterThan(1_000);
    expect([here.references, here.danglingReferences]).toEqual([
      there.references,
      there.danglingReferences,
    ]);
    const shown = await world.ines.imports.show({ tenant: target, import: one?.id ?? '' });
    expect(shown.counts?.missingReferences).toBe(shown.manifest?.requirements.count);
    let listed = 0;
    let cursor: string | undefined;
    do {
      const page = await world.ines.imports.references({
        ...{ tenant: target, import: shown.id, limit: 1000 },
        ...(cursor === undefined ? {} : { cursor }),
      });
      listed += page.references.reduce((sum, { referenceCount }) => sum + referenceCount, 0);
      cursor = page.next ?? undefined;
    } while (cursor !== undefined);
    expect(listed).toBe(here.danglingReferences);
  }, 120_000);

  it('REL-27 is exported there again as a package without any difference', async () => {
    const back = await world.exported(undefined, target);
    const differences: PackageDifference[] = [];
    const diff = await diffPackageFiles({
      left: file,
      right: back,
      onDifference: (difference) => void differences.push(difference),
    });

    expect(differences).toEqual([]);
    expect(diff).toMatchObject({ added: 0, removed: 0, changed: 0, same: count });
    expect(diff.right.requirements).toEqual(diff.left.requirements);
    expect(diff.right.sourceTenant.code).toBe(target);
  }, 600_000);

  it('REL-34 plans nothing and writes no row when the same package comes again', async () => {
    const before = await newestRows(world.stack.database);
    const { run, ...again } = await world.imported({ file, requestId: 'again' });

    expect(run.report).toMatchObject({
      outcome: 'succeeded',
      result: { same: count, new: 0, changed: 0, writes: 0, rebased: 0, written: 0, toPublish: 0 },
    });
    const shown = await world.ines.imports.show({ tenant: target, import: again.import });
    expect(shown.state).toBe('nothing to do');
    expect(await newestRows(world.stack.database)).toEqual(before);
    expect(await world.leftovers()).toEqual([]);
  }, 600_000);
});
