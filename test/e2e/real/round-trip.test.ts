import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { diffPackageFiles, type PackageDifference } from '../../../client';
import { createGantryStack, type GantryStack } from '../../support/gantry-stack';
import { hasRealData, realCatalog } from '../../support/real-data';
import { createTarget, exportTo, source, target, type Target } from '../imports/import-world';
import { differing, expectedDigests, newestRows, readTenantDigests } from './target-catalog';

// The real catalogs are not part of the project: without them these tests are shown as skipped.
const describeReal = hasRealData ? describe : describe.skip;

const catalogs = ['warehouse-2026-08-21', 'standards-and-metrics'];
const count = 43_554;

describeReal('a round trip of real catalogs (skipped where ../shared/real is missing)', () => {
  // Two installations: no content is there before the package comes.
  let here: GantryStack;
  let there: GantryStack;
  let world: Target;
  let folder: string;
  let file: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'gantry-round-trip-'));
    here = await createGantryStack({ catalog: [] });
    there = await createGantryStack({ catalog: [] });
    world = await createTarget(there, { credential: here.credential });
    for (const name of catalogs) {
      await here.admin.catalog.load({ tenant: source, source: realCatalog(name) });
    }
    file = await exportTo(here.person('mara'), { tenant: source, folder });
  }, 900_000);

  afterAll(async () => {
    await Promise.all([here.close(), there.close()]);
    rmSync(folder, { recursive: true, force: true });
  });

  it('REL-33 brings all 43,554 assets into an empty tenant, REL-35 all to be published', async () => {
    const { run } = await world.imported({ file });

    expect(run.report).toMatchObject({
      outcome: 'succeeded',
      result: { new: count, written: count, deleted: 0, toPublish: count },
    });
    const arrived = await readTenantDigests(there.database, target);
    expect(arrived.size).toBe(count);
    expect(differing(await expectedDigests(catalogs), arrived)).toEqual([]);
    expect(await world.leftovers()).toEqual([]);
  }, 600_000);

  it('REL-31 reports what objects refer to and nobody has, and drops no reference', async () => {
    const { imports } = await world.ines.imports.list({ tenant: target });
    const [one] = imports;
    const before = await here.person('mara').catalog.stats({ tenant: source });
    const after = await world.ines.catalog.stats({ tenant: target });

    expect(after.danglingReferences).toBeGreaterThan(1_000);
    expect([after.references, after.danglingReferences]).toEqual([
      before.references,
      before.danglingReferences,
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
    expect(listed).toBe(after.danglingReferences);
  }, 120_000);

  it('REL-27 is exported there again as a package without any difference', async () => {
    const back = await exportTo(world.ines, { tenant: target, folder });
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
    const before = await newestRows(there.database);
    const { run, ...again } = await world.imported({ file, requestId: 'again' });

    expect(run.report).toMatchObject({
      outcome: 'succeeded',
      result: { same: count, new: 0, changed: 0, writes: 0, rebased: 0, written: 0, toPublish: 0 },
    });
    const shown = await world.ines.imports.show({ tenant: target, import: again.import });
    expect(shown.state).toBe('nothing to do');
    expect(await newestRows(there.database)).toEqual(before);
    expect(await world.leftovers()).toEqual([]);
  }, 600_000);
});
