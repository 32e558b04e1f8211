import { describe, expect, it } from '@jest/globals';
import { createTableStatement } from '../../../../store/releases/table-statement';

const table = {
  project: 'shop"x',
  code: 'dwd.orders`1',
  definition: {
    columns: [
      { name: 'day', type: 'DATE', mode: 'REQUIRED', description: 'Tag "x"\nof order' },
      { name: 'line', type: 'RECORD', mode: 'REPEATED', fields: [{ name: 'sku', type: 'STRING' }] },
      { name: 'note"s', type: 'STRING); drop table x; --' },
    ],
    partitioning: { field: 'day', type: 'month' },
    clustering: { fields: ['sku'] },
  },
};

describe('create-table statements', () => {
  it('REL-6 writes BigQuery with nested columns, partitions and clusters, every name quoted', () => {
    expect(createTableStatement(table, 'bigquery')).toBe(
      [
        'CREATE TABLE `shop"x`.`dwd`.`orders\\`1` (',
        '  `day` DATE NOT NULL OPTIONS(description="Tag \\"x\\"\\nof order"),',
        '  `line` ARRAY<STRUCT<`sku` STRING>>,',
        '  `note"s` STRING',
        ')',
        'PARTITION BY DATE_TRUNC(`day`, MONTH)',
        'CLUSTER BY `sku`;',
        '',
      ].join('\n'),
    );
  });

  it('REL-6 writes standard SQL elsewhere, with comments for what the standard cannot say', () => {
    expect(createTableStatement(table, 'ansi')).toBe(
      [
        '-- partitioned by: {"field":"day","type":"month"}',
        '-- clustered by: {"fields":["sku"]}',
        'CREATE TABLE "shop""x"."dwd"."orders`1" (',
        '  "day" DATE NOT NULL,',
        '  "line" ROW("sku" VARCHAR) ARRAY,',
        '  "note""s" VARCHAR',
        ');',
        '',
      ].join('\n'),
    );
  });

  it('REL-6 says of a table without columns that there are none, in one comment line', () => {
    const statement = createTableStatement({ project: 'p', code: 'a\nb', definition: {} }, 'ansi');
    expect(statement).toMatch(/^-- .*\n$/);
    expect(statement.split('\n')).toHaveLength(2);
  });
});
