import { describe, expect, it } from '@jest/globals';
import { findUnsupportedTaskKind } from '../../../../schemas/catalog/compute-task-kinds';

const task = (definition: Readonly<Record<string, unknown>>, type = 'compute_task') => ({
  ...{ type, project: 'sales', code: 'daily' },
  definition,
});

describe('the kinds of compute tasks', () => {
  it.each([
    ['a kind that the engine runs', task({ kind: 'sql' }), ['bigquery']],
    ['a kind that one of the engines runs', task({ kind: 'spark_sql' }), ['bigquery', 'spark']],
    ['the flavour where there is no kind', task({ flavour: 'query' }), ['bigquery']],
    ['no kind', task({}), ['bigquery']],
    ['an engine that nobody knows', task({ kind: 'spark_sql' }), ['bigquery', 'brand-new']],
    ['another type', task({ kind: 'spark_sql' }, 'shell'), ['bigquery']],
  ])('REL-43 pass: %s', (_, document, engines) => {
    expect(findUnsupportedTaskKind(document, engines)).toBeUndefined();
  });

  it('REL-43 a kind that the target’s engines lack is a finding that may be overridden', () => {
    expect(
      findUnsupportedTaskKind(task({ kind: 'spark_sql' }), ['bigquery', 'mysql']),
    ).toMatchObject({
      code: 'ComputeTaskKindUnsupported',
      severity: 'error',
      object: { type: 'compute_task', project: 'sales', code: 'daily' },
      overridable: true,
    });
  });
});
