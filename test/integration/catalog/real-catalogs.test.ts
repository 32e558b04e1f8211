import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openDocuments } from '../../../client/catalog/open-documents';
import { AssetDocument } from '../../../schemas/catalog/asset-document';
import { readCatalogStats } from '../../../store/catalog/catalog-stats';
import { findTenant } from '../../../store/tenants/find-tenant';
import { createCatalogWorld, hasRealCatalog, realFile, type CatalogWorld } from './catalog-world';

// The real catalogs are not part of the project: without them these tests are shown as skipped.
const describeReal = hasRealCatalog ? describe : describe.skip;

describeReal('real catalogs (skipped where ../shared/real/catalog is missing)', () => {
  let world: CatalogWorld;

  beforeAll(async () => {
    world = await createCatalogWorld();
  });

  afterAll(() => world.drop());

  it('RUN-18 gives the later state by four change files, to the byte', async () => {
    const changed = await world.addTenant('changed');
    const whole = await world.addTenant('whole');
    const first = await world.load('changed', realFile('warehouse-2026-05-22'));
    expect(first).toMatchObject({ lines: 7_787, created: 7_787 });
    const dates = ['2026-07-22', '2026-08-14', '2026-08-20', '2026-08-21'];
    const applied = [];
    for (const date of dates) {
      applied.push(await world.load('changed', realFile(`warehouse-changes-${date}`)));
    }
    expect(applied.map((one) => [one.lines, one.deleted])).toEqual([
      [2_085, 35],
      [293, 0],
      [145, 0],
      [166, 0],
    ]);
    const later = await world.load('whole', realFile('warehouse-2026-08-21'));
    expect(later).toMatchObject({ created: 8_105, contents: 0 });
    const [left, right] = [
      await readCatalogStats(world.database, changed),
      await readCatalogStats(world.database, whole),
    ];
    expect(left).toMatchObject({ assets: 8_105, deleted: 35 });
    expect(left.digest).toBe(right.digest);
    expect({ ...left, deleted: 0 }).toEqual(right);
    // Six loads of a real warehouse: more than a minute where the machine is busy.
  }, 240_000);

  it('RUN-18 writes no row when everything is loaded again', async () => {
    const lastWrite = () => world.database.raw<{ rows: unknown[] }>(lastWriteSql);
    const before = await lastWrite();
    const again = await world.load('whole', realFile('warehouse-2026-08-21'));
    expect(again).toMatchObject({ unchanged: 8_105, created: 0, changed: 0, contents: 0 });
    const after = await lastWrite();
    expect(after.rows).toEqual(before.rows);
  });

  it('REL-15 takes every type that the real standards and metrics have', async () => {
    const id = await world.addTenant('standards');
    const result = await world.load('standards', realFile('standards-and-metrics'));
    expect(result).toMatchObject({ lines: 35_449, created: 35_449, references: 19_406 });
    const stats = await readCatalogStats(world.database, id);
    expect(stats.types.map((row) => row.type)).toContain('detection_feature');
    expect(stats.types.reduce((sum, row) => sum + row.assets, 0)).toBe(35_449);
  });

  it('RUN-17 counts the dangling references that the real warehouse has', async () => {
    const whole = await findTenant(world.database, 'whole');
    const stats = await readCatalogStats(world.database, whole.id);
    const expected = await countReferences(realFile('warehouse-2026-08-21'));
    expect(stats).toMatchObject(expected);
    expect(expected.danglingReferences).toBeGreaterThan(1_000);
  });

  it('RUN-20 has no planted secret anywhere in the database', async () => {
    const tables = await world.database.raw<{ rows: { table_name: string }[] }>(
      `select table_name from information_schema.tables
       where table_schema = 'public' and table_type = 'BASE TABLE'`,
    );
    const names = tables.rows.map((row) => row.table_name);
    expect(names).toContain('contents');
    for (const name of names) {
      const hits = await world.database.raw<{ rows: { count: number }[] }>(
        `select count(*) as count from ?? as one where one::text ~ ? or one::text ~ ?`,
        [name, 'S3CR3T-|"pw-', hexOf('S3CR3T-')],
      );
      expect([name, hits.rows[0]?.count]).toEqual([name, 0]);
    }
    const sealed = await world.database('assets').whereNotNull('sealed_secrets').count().first();
    expect(Number(sealed?.['count'])).toBeGreaterThan(100);
  });
});

const lastWriteSql = 'select max(xmin::text::bigint) as last from assets';

/** Counts on its own, from the file. */
async function countReferences(path: string) {
  const chunks: Buffer[] = [];
  for await (const chunk of openDocuments(path).chunks) chunks.push(chunk);
  const documents = Buffer.concat(chunks)
    .toString('utf8')
    .split('\n')
    .filter((text) => text !== '')
    .map((text) => AssetDocument.parse(JSON.parse(text)));
  const named = new Set<string>();
  for (const { type, project, code } of documents) {
    named.add(JSON.stringify([type, project, code])).add(JSON.stringify([null, project, code]));
  }
  const references = documents.flatMap((document) => document.references);
  const dangling = references.filter(
    ({ type, project, code }) => !named.has(JSON.stringify([type, project, code])),
  );
  return { references: references.length, danglingReferences: dangling.length };
}

/** How a bytea shows bytes. */
function hexOf(text: string): string {
  return Buffer.from(text).toString('hex');
}
