import type { AssetTypeCode } from './asset-types';

interface DbtResourceType {
  /** The asset type; a metric that is made of others is a `derived_metric` instead. */
  readonly type: AssetTypeCode;
  /** Members of the node that go into the definition, beside those that every type has. */
  readonly members: readonly string[];
}

const relation = ['database', 'schema', 'alias'] as const;
const code = ['language', ...relation] as const;

/**
 * The dbt resource types Gantry takes, each with its asset type (RUN-18). A row lists what is kept of
 * a node: what a run or a machine writes into it (times, compiled code, paths, checksums) is not.
 */
export const dbtResourceTypes = {
  analysis: { type: 'database_sql', members: code },
  exposure: { type: 'virtual', members: ['type', 'maturity', 'url'] },
  function: { type: 'function', members: [...code, 'arguments', 'returns'] },
  macro: { type: 'function', members: ['arguments', 'supported_languages'] },
  metric: {
    type: 'atomic_metric',
    members: [
      ...['type', 'type_params', 'filter', 'time_granularity'],
      // Up to version 9.
      ...['calculation_method', 'expression', 'sql', 'model', 'timestamp', 'time_grains'],
      ...['dimensions', 'filters', 'window'],
    ],
  },
  model: {
    type: 'compute_task',
    members: [
      ...code,
      ...['access', 'version', 'latest_version', 'deprecation_date', 'constraints', 'time_spine'],
    ],
  },
  operation: { type: 'database_sql', members: [...code, 'index'] },
  saved_query: { type: 'virtual', members: ['query_params', 'exports'] },
  seed: { type: 'resource', members: relation },
  semantic_model: {
    type: 'logical_fact_table',
    members: ['model', 'defaults', 'primary_entity', 'entities', 'dimensions', 'measures'],
  },
  snapshot: { type: 'compute_task', members: code },
  source: {
    type: 'meta_table',
    members: [
      ...['database', 'schema', 'identifier', 'source_name', 'source_description', 'loader'],
      ...['loaded_at_field', 'loaded_at_query', 'freshness', 'external'],
    ],
  },
  test: { type: 'quality_rule', members: ['language', 'column_name'] },
  unit_test: {
    type: 'quality_rule',
    members: ['model', 'given', 'expect', 'overrides', 'versions'],
  },
} as const satisfies Record<string, DbtResourceType>;

/** A resource type that is loaded. */
export type DbtResourceName = keyof typeof dbtResourceTypes;

/** The row of a resource type, or undefined where its objects are left out. */
export function findDbtResourceType(name: string): DbtResourceType | undefined {
  return isDbtResourceName(name) ? dbtResourceTypes[name] : undefined;
}

/** True for the resource types that are loaded. */
export function isDbtResourceName(name: string): name is DbtResourceName {
  return Object.hasOwn(dbtResourceTypes, name);
}

/** Values of `config` that dbt writes where nobody set anything: what newer versions add is no change. */
export const dbtConfigDefaults: Readonly<Record<string, unknown>> = {
  access: 'protected',
  error_if: '!= 0',
  fail_calc: 'count(*)',
  lookback: 1,
  on_configuration_change: 'apply',
  on_schema_change: 'ignore',
  severity: 'ERROR',
  warn_if: '!= 0',
};

/** Members of `config` that stand elsewhere in the document, or only say how it is shown. */
export const dbtConfigElsewhere: readonly string[] = [
  ...['alias', 'database', 'docs', 'enabled', 'group', 'meta', 'schema', 'tags'],
  ...['freshness', 'loaded_at_field', 'loaded_at_query'],
];
