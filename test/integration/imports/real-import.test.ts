import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { planImport } from '../../../store/imports/plan-import';
import { planUndo } from '../../../store/imports/plan-undo';
import {
  hasRealData,
  identityOf,
  readRealCatalog,
  type RawDocument,
} from '../../support/real-data';
import { hasRealCatalog, realFile } from '../catalog/catalog-world';
import { createPlanWorld, type ImportRun, type PlanWorld } from './plan-world';

// The real catalogs are not part of the project: without them these tests are shown as skipped.
const describeReal = hasRealCatalog && hasRealData ? describe : describe.skip;

// Minutes where the machine is busy.
const longTest = 400_000;

describeReal('imports of real catalogs (skipped where ../shared/real/catalog is missing)', () => {
  let world: PlanWorld;
  let source: number;

  beforeAll(async () => {
    world = await createPlanWorld();
    // Its user is the one who imports.
    await world.addTarget('other');
    source = await world.addTenant('source');
    await world.load('source', realFile('warehouse-2026-08-21'));
    await world.load('source', realFile('standards-and-metrics'));
  }, longTest);

  afterAll(() => world.drop());

  const bringIndex = async (tenantId: number, indexId: number) => {
    const run = await world.begin(tenantId, indexId);
    const plan = await planImport(world.database, run);
    return { run, plan, applied: await world.finish(run, plan) };
  };

  it(
    'REL-34 brings all 43,554 assets into an empty tenant, and nothing when they come again',
    async () => {
      const target = await world.addTenant('target');
      const indexId = await world.packTenant(target, source);
      const { applied } = await bringIndex(target, indexId);
      expect(applied).toEqual({ written: 43_554, deleted: 0, findings: [] });
      expect(await world.digest(target)).toBe(await world.digest(source));
      const newest = async () => {
        const { rows } = await world.database.raw<{ rows: object[] }>(
          `select max(xmin::text::bigint) as newest, count(*) as count from assets where tenant_id = ?`,
          [target],
        );
        return rows;
      };
      const before = await newest();
      const again = await bringIndex(target, indexId);
      expect(again.plan.counts).toMatchObject({ same: 43_554, writes: 0, rebased: 0 });
      expect(again.applied).toMatchObject({ written: 0, deleted: 0 });
      expect(await newest()).toEqual(before);
    },
    longTest,
  );

  it(
    'REL-16 gives the later state by a base and four packages of changes, deletions included',
    async () => {
      const target = await world.addTenant('chain');
      await world.bring(target, await linesOf('warehouse-2026-05-22'));
      const counts = [];
      for (const date of ['2026-07-22', '2026-08-14', '2026-08-20', '2026-08-21']) {
        const lines = await linesOf(`warehouse-changes-${date}`);
        const { plan } = await bringIndex(target, await world.pack(target, lines));
        const { deleted, conflict, onlyOnTargetChanged } = plan.counts;
        counts.push({ writes: plan.counts.writes, deleted, conflict, onlyOnTargetChanged });
      }
      expect(counts).toEqual(
        [2_085, 293, 145, 166].map((writes, at) => ({
          ...{ writes, deleted: at === 0 ? 35 : 0, conflict: 0, onlyOnTargetChanged: 0 },
        })),
      );
      const whole = await world.addTenant('whole');
      await world.load('whole', realFile('warehouse-2026-08-21'));
      expect(await world.digest(target)).toBe(await world.digest(whole));
    },
    longTest,
  );

  it(
    'REL-41 undoes an import of 8,105 assets over an older state, unless one was changed since',
    async () => {
      const target = await world.addTenant('undone');
      await world.load('undone', realFile('warehouse-2026-05-22'));
      const before = await world.digest(target);
      const later = await world.addTenant('later');
      await world.load('later', realFile('warehouse-2026-08-21'));
      const indexId = await world.packTenant(target, later);
      const run = await world.begin(target, indexId, { policies: { default: 'overwrite' } });
      await world.finish(run, await planImport(world.database, run));
      expect(await world.digest(target)).not.toBe(before);
      await refusedAfterChange(target, run);
      await world.undo(target, run.importId);
      expect(await world.digest(target)).toBe(before);
    },
    longTest,
  );

  /** Changes one object that the import wrote, sees the undo refused, and takes the change back. */
  async function refusedAfterChange(target: number, run: ImportRun): Promise<void> {
    const image = () =>
      world.database('import_before_images').where({ import_id: run.importId }).orderBy('asset_id');
    const { asset_id: id } = await image().first<{ asset_id: number }>('asset_id');
    const asset = () => world.database('assets').where({ id });
    const { digest } = await asset().first<{ digest: Buffer }>('digest');
    const version = world.database.raw('version + 1');
    await asset().update({ version, digest: Buffer.alloc(32) });
    const undo = await world.beginUndo(target, run.importId);
    const { findings, counts } = await planUndo(world.database, undo);
    expect(findings).toMatchObject([{ code: 'ObjectChangedSince', severity: 'error' }]);
    expect(counts.conflict).toBe(1);
    const back = world.database.raw('version - 1');
    await asset().update({ version: back, digest });
  }
});

/** The lines of a real catalog file, the last of those about one object. */
async function linesOf(name: string): Promise<string[]> {
  const documents = new Map<string, RawDocument>();
  for await (const document of readRealCatalog(name)) documents.set(identityOf(document), document);
  return [...documents.values()].map((document) => JSON.stringify(document));
}
