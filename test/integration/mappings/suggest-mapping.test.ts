import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MappingRules } from '../../../schemas/mappings/mapping-rules';
import { applyMapping, type ObjectName } from '../../../store/mappings/apply-mapping';
import { suggestMapping } from '../../../store/mappings/suggest-mapping';
import { findTenant } from '../../../store/tenants/find-tenant';
import { createInstallation, type Installation } from '../../support/installation';
import { loadLines, namedAsset } from './load-lines';

let installation: Installation;
let tenantId: number;

beforeAll(async () => {
  installation = await createInstallation();
  for (const code of ['retail', 'other']) await installation.admin.tenants.create({ code });
  tenantId = (await findTenant(installation.database, 'retail')).id;
  await loadLines(installation, 'retail', [
    namedAsset('project', null, 'sales'),
    namedAsset('data_source', null, 'PG_Main'),
    namedAsset('meta_table', 'sales', 'orders'),
    namedAsset('meta_table', 'archive', 'orders'),
    namedAsset('meta_table', 'sales', 'Orders'),
    namedAsset('shell', 'sales', 'orders'),
    namedAsset('meta_table', 'sales', 'gone'),
    ...['a', 'b', 'c', 'd', 'e', 'f'].map((project) => namedAsset('python', project, 'many')),
  ]);
  const gone = { type: 'meta_table', project: 'sales', code: 'gone', deleted: true };
  await loadLines(installation, 'retail', [{ ...gone, changedAt: '2026-06-02T00:00:00Z' }]);
  await loadLines(installation, 'other', [namedAsset('meta_table', 'sales', 'elsewhere')]);
});
afterAll(() => installation.close());

const suggest = (references: ObjectName[], rules: unknown[] = []) =>
  suggestMapping(installation.database, { tenantId, references, rules: MappingRules.parse(rules) });

describe('suggestions for a mapping', () => {
  it('RUN-25 ask for nothing that has an equal name here', async () => {
    const met = [
      { type: 'meta_table', project: 'sales', code: 'orders' },
      { type: null, project: 'sales', code: 'orders' },
      { type: 'data_source', project: null, code: 'PG_Main' },
    ];
    expect(await suggest(met)).toEqual([]);
  });

  it('RUN-25 ask for what is nowhere, was deleted, or is another tenant’s', async () => {
    const open = ['gone', 'elsewhere', 'nowhere'].map((code) => ({
      type: 'meta_table',
      project: 'sales',
      code,
      roles: ['reads'],
    }));
    expect(await suggest(open)).toEqual(open.map((one) => ({ ...one, candidates: [] })));
  });

  it('RUN-25 offer the same code in other projects before one that differs in case', async () => {
    const [open] = await suggest([{ type: 'meta_table', project: 'dev', code: 'orders' }]);
    expect(open?.candidates.map((one) => [one.project, one.code])).toEqual([
      ['archive', 'orders'],
      ['sales', 'orders'],
      ['sales', 'Orders'],
    ]);
  });

  it('RUN-25 offer objects of any type to references without one, five at most', async () => {
    const [untyped, many] = await suggest([
      { type: null, project: 'sales', code: 'ORDERS' },
      { type: 'python', project: 'dev', code: 'many' },
    ]);
    expect(untyped?.candidates.map((one) => one.type)).toEqual(
      expect.arrayContaining(['meta_table', 'shell']),
    );
    expect(many?.candidates).toHaveLength(5);
  });

  it('RUN-25 come with the rule that leads a reference there', async () => {
    const references = [
      { type: 'meta_table', project: 'dev', code: 'orders' },
      { type: 'data_source', project: null, code: 'pg_main' },
      { type: 'project', project: null, code: 'SALES' },
    ];
    const suggestions = await suggest(references);
    const rules = suggestions.map((one) => one.candidates[0]?.rule);
    expect(rules).toEqual([
      {
        kind: 'meta_table',
        from: { project: 'dev', code: 'orders' },
        to: { project: 'archive', code: 'orders' },
      },
      { kind: 'data_source', from: { project: null, code: 'pg_main' }, to: { code: 'PG_Main' } },
      { kind: 'project', from: 'SALES', to: 'sales' },
    ]);
    const mapping = applyMapping(MappingRules.parse(rules));
    expect(await suggest(references.map((one) => mapping?.reference(one) ?? one))).toEqual([]);
  });

  it('RUN-25 speak of the source’s names where a mapping is in force already', async () => {
    const inForce = [
      { kind: 'project', from: 'sales_dev', to: 'shop' },
      { kind: 'data_source', from: { code: 'pg_dev' }, to: { code: 'pg_main' } },
      { kind: 'project', from: 'S', to: 'SALES' },
    ];
    const suggestions = await suggest(
      [
        { type: 'meta_table', project: 'shop', code: 'orders' },
        { type: 'data_source', project: null, code: 'pg_main' },
        { type: 'project', project: null, code: 'SALES' },
      ],
      inForce,
    );
    expect(suggestions.map((one) => one.candidates[0]?.rule)).toMatchObject([
      { kind: 'meta_table', from: { project: 'sales_dev', code: 'orders' } },
      { kind: 'data_source', from: { project: null, code: 'pg_dev' }, to: { code: 'PG_Main' } },
      { kind: 'project', from: 'S', to: 'sales' },
    ]);
  });
});
