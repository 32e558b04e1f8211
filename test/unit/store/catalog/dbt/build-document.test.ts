import { describe, expect, it } from '@jest/globals';
import { AssetDocument } from '../../../../../schemas/catalog/asset-document';
import { assetTypes } from '../../../../../schemas/catalog/asset-types';
import { dbtResourceTypes } from '../../../../../schemas/catalog/dbt-resource-types';
import { buildDocument } from '../../../../../store/catalog/dbt/build-document';

type Members = Readonly<Record<string, unknown>>;

const base = { name: 'orders', package_name: 'shop', tags: [], meta: {}, config: {} };

function built(key: string, value: Members, section = 'nodes') {
  return buildDocument({ section, key, value: { ...base, ...value } }, 'sales');
}

function documentOf(key: string, value: Members, section = 'nodes'): AssetDocument {
  const one = built(key, value, section);
  if (!('document' in one)) throw new Error(JSON.stringify(one));
  return AssetDocument.parse(one.document);
}

const model = {
  resource_type: 'model',
  language: 'sql',
  raw_code: 'select * from {{ ref("raw") }}',
  description: 'All orders',
  database: 'warehouse',
  schema: 'shop',
  alias: 'orders',
  access: 'protected',
  config: { materialized: 'table', unique_key: 'id', enabled: true, lookback: 1, tags: ['daily'] },
  tags: ['daily', 'finance'],
  group: 'sales',
  meta: { owner: 'ann' },
  columns: {
    id: {
      name: 'id',
      data_type: 'bigint',
      description: 'Key',
      constraints: [{ type: 'not_null' }],
    },
    note: { name: 'note', data_type: null, description: '' },
  },
  depends_on: {
    nodes: ['model.shop.raw', 'source.shop.erp.orders', 'model.shop.raw'],
    macros: ['macro.dbt.type_string'],
  },
  original_file_path: 'models/orders.sql',
};

describe('making asset documents of dbt objects', () => {
  it('RUN-18 makes a compute task of a model, with columns, tags, owner, code and references', () => {
    expect(documentOf('model.shop.orders', model)).toEqual({
      type: 'compute_task',
      project: 'sales',
      segment: null,
      code: 'model.shop.orders',
      name: 'orders',
      owner: 'ann',
      changedAt: '1970-01-01T00:00:00Z',
      changedBy: null,
      labels: {
        'dbt.package': 'shop',
        'dbt.resource': 'model',
        'dbt.group': 'sales',
        'dbt.tags': 'daily, finance',
      },
      references: [
        { role: 'reads', type: 'compute_task', project: 'sales', code: 'model.shop.raw' },
        { role: 'reads', type: 'meta_table', project: 'sales', code: 'source.shop.erp.orders' },
        { role: 'uses', type: 'function', project: 'sales', code: 'macro.dbt.type_string' },
      ],
      definition: {
        alias: 'orders',
        body: 'select * from {{ ref("raw") }}',
        columns: [
          {
            name: 'id',
            type: 'bigint',
            mode: 'REQUIRED',
            description: 'Key',
            constraints: [{ type: 'not_null' }],
          },
          { name: 'note' },
        ],
        config: { materialized: 'table', unique_key: 'id' },
        database: 'warehouse',
        description: 'All orders',
        language: 'sql',
        meta: { owner: 'ann' },
        path: 'models/orders.sql',
        schema: 'shop',
        tags: ['daily', 'finance'],
      },
    });
  });

  it('RUN-18 makes the same document of what dbt only generated again or writes in a newer version', () => {
    const again = {
      ...model,
      created_at: 1_782_176_977.58,
      checksum: { name: 'sha256', checksum: '48f2' },
      build_path: 'target/run/orders.sql',
      root_path: '/home/runner/work',
      compiled: true,
      compiled_code: 'select 1',
      compiled_path: 'target/compiled/orders.sql',
      config: {
        ...model.config,
        static_analysis: null,
        on_schema_change: 'ignore',
        contract: { enforced: false, alias_types: true },
        'post-hook': [],
      },
      doc_blocks: [],
    };
    expect(documentOf('model.shop.orders', again)).toEqual(documentOf('model.shop.orders', model));
  });

  const examples: readonly [string, string, Members, string][] = [
    [
      'nodes',
      'analysis.shop.a',
      { resource_type: 'analysis', raw_sql: 'select 1' },
      'database_sql',
    ],
    ['nodes', 'operation.shop.o', { resource_type: 'operation', raw_code: 'x' }, 'database_sql'],
    ['nodes', 'seed.shop.s', { resource_type: 'seed' }, 'resource'],
    ['nodes', 'snapshot.shop.s', { resource_type: 'snapshot', raw_code: 'x' }, 'compute_task'],
    ['nodes', 'test.shop.t.1', { resource_type: 'test' }, 'quality_rule'],
    ['sources', 'source.shop.erp.t', { source_name: 'erp' }, 'meta_table'],
    ['macros', 'macro.shop.m', { macro_sql: '{% macro m() %}' }, 'function'],
    ['exposures', 'exposure.shop.e', { type: 'dashboard' }, 'virtual'],
    ['metrics', 'metric.shop.m', { type: 'simple' }, 'atomic_metric'],
    ['metrics', 'metric.shop.r', { type: 'ratio' }, 'derived_metric'],
    ['metrics', 'metric.shop.o', { calculation_method: 'sum' }, 'atomic_metric'],
    ['metrics', 'metric.shop.d', { calculation_method: 'derived' }, 'derived_metric'],
    ['semantic_models', 'semantic_model.shop.s', { model: "ref('o')" }, 'logical_fact_table'],
    ['saved_queries', 'saved_query.shop.q', {}, 'virtual'],
    ['unit_tests', 'unit_test.shop.orders.u', { model: 'orders' }, 'quality_rule'],
    ['functions', 'function.shop.f', { raw_code: 'x' }, 'function'],
  ];

  it.each(examples)('RUN-18 takes %s: %s', (...[section, key, value, type]) => {
    const document = documentOf(key, value, section);
    expect(document).toMatchObject({ type, code: key, project: 'sales' });
    expect(document.labels['dbt.resource']).toBe(key.split('.')[0]);
  });

  it('RUN-18 has an asset type of a project for every resource type, and an example of each', () => {
    for (const row of Object.values(dbtResourceTypes)) {
      expect(assetTypes[row.type].scope).toBe('project');
    }
    const named = examples.map(([, key]) => key.split('.')[0]);
    expect([...new Set([...named, 'model'])].sort()).toEqual(Object.keys(dbtResourceTypes).sort());
  });

  it('RUN-18 keeps the code of every language and version of dbt as the body', () => {
    const bodies = [
      documentOf('model.shop.a', { resource_type: 'model', raw_sql: 'select 1' }),
      documentOf('model.shop.b', { resource_type: 'model', raw_code: 'select 1' }),
      documentOf('macro.shop.c', { macro_sql: 'select 1' }, 'macros'),
    ];
    expect(bodies.map((one) => one.definition['body'])).toEqual(Array(3).fill('select 1'));
  });

  it("RUN-18 keeps a seed's checksum, which alone tells that its rows changed, but not one of a path", () => {
    const seed = (name: string) =>
      documentOf('seed.shop.s', { resource_type: 'seed', checksum: { name, checksum: 'ab' } });
    expect([seed('sha256'), seed('path')].map((one) => one.definition['checksum'])).toEqual([
      'ab',
      undefined,
    ]);
  });

  it('RUN-18 refers a test to what it tests, by what each version of dbt says of it', () => {
    const nodes = ['model.shop.customers', 'model.shop.orders'];
    const roles = (value: Members) =>
      documentOf('test.shop.t.1', {
        resource_type: 'test',
        depends_on: { nodes, macros: [] },
        ...value,
      }).references.map(({ role, code }) => [role, code]);
    const kwargs = { model: "{{ get_where_subquery(ref('shop', 'orders')) }}" };
    const relation = [
      ['about', 'model.shop.orders'],
      ['reads', 'model.shop.customers'],
    ];
    expect(roles({ attached_node: 'model.shop.orders' })).toEqual(relation);
    expect(roles({ test_metadata: { name: 'relationships', kwargs } })).toEqual(relation);
    expect(roles({})).toEqual(nodes.map((code) => ['about', code]));
  });

  it('RUN-18 names the inputs of exposures and metrics; those of a metric by code alone', () => {
    const nodes = ['model.shop.orders', 'metric.shop.revenue'];
    for (const section of ['exposures', 'metrics']) {
      const { references } = documentOf(
        `${section.slice(0, -1)}.shop.x`,
        { type: 'derived', depends_on: { nodes } },
        section,
      );
      expect(references).toEqual([
        { role: 'reads', type: 'compute_task', project: 'sales', code: 'model.shop.orders' },
        { role: 'reads', type: null, project: 'sales', code: 'metric.shop.revenue' },
      ]);
    }
  });

  it('RUN-18 takes the owner that the object names, or the one of its notes', () => {
    const owners = [
      documentOf('exposure.shop.a', { owner: { name: 'Ann', email: 'a@b.c' } }, 'exposures'),
      documentOf('exposure.shop.b', { owner: { name: null, email: 'a@b.c' } }, 'exposures'),
      documentOf('model.shop.c', { resource_type: 'model', config: { meta: { owner: 'Bea' } } }),
      documentOf('model.shop.d', { resource_type: 'model', meta: { owner: ['not a text'] } }),
    ];
    expect(owners.map((one) => one.owner)).toEqual(['Ann', 'a@b.c', 'Bea', null]);
  });

  it('RUN-18 leaves out resource types it does not know, by their names', () => {
    expect(built('rpc.shop.r', { resource_type: 'rpc' })).toEqual({ leftOut: 'rpc' });
    expect(built('x', { resource_type: 'a'.repeat(1000) })).toEqual({ leftOut: 'unknown' });
    expect(built('x', { resource_type: 'constructor' })).toEqual({ leftOut: 'constructor' });
  });

  it('RUN-18 names every member that is not as dbt writes it', () => {
    const broken = { resource_type: 'model', columns: [], depends_on: { nodes: [1] }, name: null };
    const one = built('model.shop.x', broken);
    const reasons = 'reasons' in one ? one.reasons.map((reason) => reason.split(':')[0]) : [];
    expect(reasons).toEqual(['name', 'columns', 'depends_on.nodes.0']);
  });
});
