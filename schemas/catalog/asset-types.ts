/**
 * The asset type registry (REL-15): one row says everything Gantry knows about a type. Adding a
 * type touches this table alone.
 */

/** The categories, in the order in which people see them. */
export const assetCategories = [
  'global',
  'data_architecture',
  'development',
  'tag_architecture',
  'tag',
  'standard',
  'data_quality',
  'data_security',
] as const;
export type AssetCategory = (typeof assetCategories)[number];

/** Features of a tenant that offer a category only where they are on (REL-14). */
export const categoryFeatures = {
  tag_architecture: 'tag',
  tag: 'tag',
  standard: 'standard',
  data_quality: 'quality',
  data_security: 'security',
} as const satisfies Partial<Record<AssetCategory, string>>;

/**
 * How the choice of projects and segments applies (REL-12): `carried`: to the project and segment
 * the object carries; `itself`: the object is what is chosen; `never`: not at all; `subject`: to
 * those of the table that the reference with role `about` names.
 */
export type ScopeFilter = 'carried' | 'itself' | 'never' | 'subject';

export interface AssetType {
  /** The category it is packed and published under. */
  readonly category: AssetCategory;
  /** A second category that offers it (REL-13). */
  readonly alsoIn?: AssetCategory;
  /** Whether an object belongs to a project or to the tenant. */
  readonly scope: 'tenant' | 'project';
  readonly filter: ScopeFilter;
  /** Position when publishing: lower numbers first, before the reference graph decides. */
  readonly publishOrder: number;
  /** Members of `definition` that authenticate; never stored or packed in plain (REL-26, RUN-20). */
  readonly secretFields?: readonly string[];
  /** Members of `definition` that say where to connect (REL-6). */
  readonly connectionFields?: readonly string[];
  /** Whose connection and authentication settings of the draft apply (REL-6). */
  readonly sourceKind?: 'computeSources' | 'dataSources';
  /** True where create-table statements can be made from the definition (REL-6). */
  readonly table?: true;
  /** True where only personal accounts of its owners travel (REL-14). */
  readonly personalOwnersOnly?: true;
}

const tenantWide = { scope: 'tenant', filter: 'carried' } as const;
const inProject = { scope: 'project', filter: 'carried' } as const;

export const assetTypes = {
  project: { category: 'global', scope: 'tenant', filter: 'itself', publishOrder: 10 },
  data_segment: { category: 'global', scope: 'tenant', filter: 'itself', publishOrder: 11 },
  statistical_period: { category: 'global', ...tenantWide, publishOrder: 20 },
  global_variable: {
    category: 'global',
    ...tenantWide,
    publishOrder: 20,
    secretFields: ['secretValue'],
  },
  public_calendar: { category: 'global', ...tenantWide, publishOrder: 20 },
  offline_scheduling_template: { category: 'global', ...tenantWide, publishOrder: 21 },
  compute_source: {
    category: 'global',
    ...tenantWide,
    publishOrder: 12,
    secretFields: ['authentication'],
    connectionFields: ['connection'],
    sourceKind: 'computeSources',
  },
  data_source: {
    category: 'global',
    scope: 'tenant',
    filter: 'never',
    publishOrder: 13,
    secretFields: ['authentication'],
    connectionFields: ['connection'],
    sourceKind: 'dataSources',
  },
  object_attribute: { category: 'global', ...tenantWide, publishOrder: 20 },
  detection_feature: {
    category: 'global',
    alsoIn: 'data_security',
    ...tenantWide,
    publishOrder: 20,
  },

  subject_domain: { category: 'data_architecture', ...tenantWide, publishOrder: 30 },
  business_object: { category: 'data_architecture', ...tenantWide, publishOrder: 31 },
  business_activity: { category: 'data_architecture', ...tenantWide, publishOrder: 32 },

  resource: { category: 'development', ...inProject, publishOrder: 40 },
  function: { category: 'development', ...inProject, publishOrder: 41 },
  offline_computing_template: { category: 'development', ...inProject, publishOrder: 41 },
  logical_dimension_table: { category: 'development', ...inProject, publishOrder: 42, table: true },
  logical_fact_table: { category: 'development', ...inProject, publishOrder: 43, table: true },
  business_filter: { category: 'development', ...inProject, publishOrder: 44 },
  atomic_metric: { category: 'development', ...inProject, publishOrder: 44 },
  derived_metric: { category: 'development', ...inProject, publishOrder: 45 },
  logical_aggregate_table: { category: 'development', ...inProject, publishOrder: 46, table: true },
  meta_table: { category: 'development', ...inProject, publishOrder: 42, table: true },
  image_table: { category: 'development', ...inProject, publishOrder: 47, table: true },
  offline_pipeline: { category: 'development', ...inProject, publishOrder: 48 },
  compute_task: { category: 'development', ...inProject, publishOrder: 48 },
  database_sql: { category: 'development', ...inProject, publishOrder: 48 },
  shell: { category: 'development', ...inProject, publishOrder: 48 },
  python: { category: 'development', ...inProject, publishOrder: 48 },
  virtual: { category: 'development', ...inProject, publishOrder: 48 },
  trigger_node: { category: 'development', ...inProject, publishOrder: 49 },

  entity: { category: 'tag_architecture', ...tenantWide, publishOrder: 60 },
  entity_id: { category: 'tag_architecture', ...tenantWide, publishOrder: 61 },

  offline_dataset: { category: 'tag', ...inProject, publishOrder: 62 },
  offline_tag: { category: 'tag', ...inProject, publishOrder: 63 },
  behavior_relationship: { category: 'tag', ...inProject, publishOrder: 64 },

  lookup_table_directory: { category: 'standard', ...tenantWide, publishOrder: 33 },
  data_standard_set_directory: { category: 'standard', ...tenantWide, publishOrder: 33 },
  public_standard_attribute: { category: 'standard', ...tenantWide, publishOrder: 33 },
  standard_template: { category: 'standard', ...tenantWide, publishOrder: 34 },
  data_standard_set: { category: 'standard', ...tenantWide, publishOrder: 35 },
  lookup_table: { category: 'standard', ...tenantWide, publishOrder: 35 },
  root_word: { category: 'standard', ...tenantWide, publishOrder: 35 },
  data_standard: { category: 'standard', ...tenantWide, publishOrder: 36 },
  mapping_rule: { category: 'standard', ...tenantWide, publishOrder: 37 },
  mapping_relationship: { category: 'standard', ...tenantWide, publishOrder: 50 },

  rule_template: { category: 'data_quality', scope: 'tenant', filter: 'never', publishOrder: 51 },
  quality_rule: {
    category: 'data_quality',
    scope: 'project',
    filter: 'never',
    publishOrder: 52,
    personalOwnersOnly: true,
  },

  data_classification: { category: 'data_security', ...tenantWide, publishOrder: 53 },
  data_grading: { category: 'data_security', ...tenantWide, publishOrder: 53 },
  detection_result: {
    category: 'data_security',
    scope: 'project',
    filter: 'subject',
    publishOrder: 55,
  },
  key: { category: 'data_security', ...tenantWide, publishOrder: 54, secretFields: ['material'] },
} as const satisfies Record<string, AssetType>;

/** The code of one of the 52 types, as asset documents carry it. */
export type AssetTypeCode = keyof typeof assetTypes;

/** Every type code, sorted. */
export const assetTypeCodes = (Object.keys(assetTypes) as AssetTypeCode[]).sort();

/** The registry row of a type, or undefined for a name that is no type. */
export function findAssetType(code: string): AssetType | undefined {
  return Object.hasOwn(assetTypes, code) ? assetTypes[code as AssetTypeCode] : undefined;
}

/** The types a category offers, those it shares with another category included (REL-13). */
export function assetTypesOf(category: AssetCategory): AssetTypeCode[] {
  return assetTypeCodes.filter((code) => {
    const row: AssetType = assetTypes[code];
    return row.category === category || row.alsoIn === category;
  });
}
