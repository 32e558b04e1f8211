import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { hasRealData, identityOf, realData, type RawDocument } from '../../support/real-data';
import { expectedDigest } from './expected-line';
import { createRealTenant, type RealTenant } from './real-tenant';
import { listFiles, readLineDigests } from './unpacked-package';

// The real names are not part of the project: without them these tests are shown as skipped.
const describeReal = hasRealData ? describe : describe.skip;

/** Names that one file system or another takes for the same, or does not take at all. */
const colliding = [
  ...['orders', 'Orders', 'ORDERS', 'ｏｒｄｅｒｓ', 'straße', 'STRASSE', 'strasse'],
  ...['café', 'cafe\u0301', 'CAFÉ', 'ﬁle', 'file', 'Ω', 'Ω', '가', '\u1100\u1161'],
  ...['..', '.', 'con', 'NUL.sql', 'a/../../b', 'C:\\temp', 'trailing.', ' blank ', '%41', 'A'],
  ...[
    '🙂',
    '订单',
    '訂單',
    '數據/分區',
    'x'.repeat(255),
    '长'.repeat(255),
    `${'长'.repeat(254)}短`,
  ],
];

describeReal(
  'assets with real and with awkward names (skipped where ../shared/real is missing)',
  () => {
    let folder: string;
    let tenant: RealTenant;
    let documents: RawDocument[];

    beforeAll(async () => {
      const paths = readFileSync(join(realData, 'names', 'paths-zh.txt'), 'utf8');
      const real = paths.split('\n').filter((path) => path !== '');
      documents = toDocuments([...new Set([...real, ...colliding])]);
      folder = mkdtempSync(join(tmpdir(), 'gantry-names-'));
      tenant = await createRealTenant(folder);
      writeFileSync(
        join(folder, 'in.ndjson'),
        documents.map((one) => JSON.stringify(one)).join('\n'),
      );
      await tenant.line('gantry catalog load in.ndjson --json');
    }, 120_000);

    afterAll(async () => {
      await tenant.close();
      rmSync(folder, { recursive: true, force: true });
    });

    it('RUN-19 packs each under a path of its own and keeps its true name', async () => {
      const create = 'gantry release create --method full --create-table-statements --name 发布.dp';
      const id = (await tenant.line(create)).trim();
      await tenant.line(`gantry release export ${id} --wait --json`);
      const file = (await tenant.line(`gantry release download ${id}`)).trim();
      expect(file.endsWith('发布.dp')).toBe(true);
      await tenant.line('gantry package verify 发布.dp --json');
      await tenant.line('gantry package unpack 发布.dp --output out --json');

      const packed = await readLineDigests(join(folder, 'out'));
      expect(packed).toEqual(
        new Map(documents.map((one) => [identityOf(one), expectedDigest(one)])),
      );

      const statements = await listFiles(join(folder, 'out'), 'ddl');
      const tables = documents.filter((one) => one.type === 'logical_fact_table');
      expect(statements).toHaveLength(tables.length);
      const folded = statements.map((path) =>
        relative(folder, path).normalize('NFKC').toUpperCase().toLowerCase(),
      );
      expect(new Set(folded).size).toBe(tables.length);
    }, 120_000);
  },
);

/** A project of each name, and a table of each name in a project of the next. */
function toDocuments(names: readonly string[]): RawDocument[] {
  const make = (type: string, project: string | null, code: string) => ({
    ...{ type, project, segment: null, code, name: code, owner: 'user-names' },
    ...{ changedAt: '2026-06-01T00:00:00Z', changedBy: 'user-names', labels: {}, references: [] },
    definition: { columns: [{ name: code, type: 'STRING', description: `'${code}'` }] },
  });
  return names.flatMap((name, index) => [
    make('project', null, name),
    make('logical_fact_table', names[(index + 1) % names.length] ?? name, name),
    make('logical_fact_table', 'one-project', name),
  ]);
}
