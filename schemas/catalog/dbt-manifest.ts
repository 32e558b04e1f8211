import { z } from 'zod';

/** The sections of a dbt manifest whose members are objects with a `unique_id`. */
export const dbtObjectSections = [
  'nodes',
  'sources',
  'macros',
  'exposures',
  'metrics',
  'semantic_models',
  'saved_queries',
  'unit_tests',
  'functions',
] as const;

/** Sections that only repeat what the objects say: their members are not counted as left out. */
export const dbtIndexSections = ['metadata', 'parent_map', 'child_map', 'group_map'] as const;

/** Every section that a manifest may begin with; the members of the last row are left out. */
export const dbtSections: readonly string[] = [
  ...dbtObjectSections,
  ...dbtIndexSections,
  ...['docs', 'disabled', 'groups', 'selectors'],
];

const text = z.string().nullish();
const members = z.record(z.string(), z.unknown());
const names = z.array(z.string());

/** A column as a node describes it; `data_type` is only there where somebody wrote it down. */
export const DbtColumn = z.looseObject({
  name: z.string().min(1),
  description: text,
  data_type: text,
  constraints: z.array(z.unknown()).nullish(),
  tags: z.union([z.string(), names]).nullish(),
  meta: members.nullish(),
});
export type DbtColumn = z.infer<typeof DbtColumn>;

/** What is read of every object of a manifest, versions 4 to 12; the rest is looked up by name. */
export const DbtNode = z.looseObject({
  name: z.string(),
  label: text,
  package_name: z.string().min(1),
  resource_type: text,
  description: text,
  original_file_path: text,
  group: text,
  tags: z.union([z.string(), names]).nullish(),
  meta: members.nullish(),
  config: members.nullish(),
  columns: z.record(z.string(), DbtColumn).nullish(),
  owner: z.looseObject({ name: text, email: z.union([z.string(), names]).nullish() }).nullish(),
  depends_on: z.looseObject({ nodes: names.nullish(), macros: names.nullish() }).nullish(),
  attached_node: text,
  test_metadata: z
    .looseObject({ name: text, namespace: text, kwargs: members.nullish() })
    .nullish(),
});
export type DbtNode = z.infer<typeof DbtNode>;
