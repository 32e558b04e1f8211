import type { DbtColumn, DbtNode } from '../../../schemas/catalog/dbt-manifest';
import {
  dbtConfigDefaults,
  dbtConfigElsewhere,
  findDbtResourceType,
} from '../../../schemas/catalog/dbt-resource-types';

type Members = Readonly<Record<string, unknown>>;

/**
 * The definition of a dbt object: what people wrote, without what a run or a machine adds, so that a
 * manifest that was only generated again gives the same. Empty members are left out.
 */
export function buildDefinition(node: DbtNode, resourceType: string): Members {
  const names = findDbtResourceType(resourceType)?.members ?? [];
  const own = names.map((name): [string, unknown] => [
    toCamelCase(name),
    keepSet(name, node[name]),
  ]);
  return withoutEmpty({
    ...Object.fromEntries(own),
    body: node['raw_code'] ?? node['raw_sql'] ?? node['macro_sql'],
    checksum: resourceType === 'seed' ? contentChecksum(node) : null,
    columns: Object.values(node.columns ?? {}).map(buildColumn),
    config: buildConfig(node, names),
    description: node.description,
    meta: metaOf(node),
    ownerEmail: node.owner?.email,
    path: node.original_file_path,
    tags: tagsOf(node),
    test: node.test_metadata && withoutEmpty(node.test_metadata),
  });
}

/** The tags of a node, in their order; dbt also takes a single one as text. */
export function tagsOf(node: Pick<DbtNode, 'tags'>): readonly string[] {
  return typeof node.tags === 'string' ? [node.tags] : (node.tags ?? []);
}

/** What people note on a node: `meta`, or the one of its config where only that is filled. */
export function metaOf(node: Pick<DbtNode, 'meta' | 'config'>): Members {
  const own = node.meta ?? {};
  if (Object.keys(own).length > 0) return own;
  const configured = node.config?.['meta'];
  return isMembers(configured) ? configured : {};
}

function buildColumn(column: DbtColumn): Members {
  const constraints = column.constraints ?? [];
  const required = constraints.some((one) => isMembers(one) && one['type'] === 'not_null');
  return withoutEmpty({
    name: column.name,
    type: column.data_type,
    mode: required ? 'REQUIRED' : null,
    description: column.description,
    constraints,
    tags: tagsOf(column),
    meta: metaOf({ meta: column.meta, config: null }),
  });
}

function buildConfig(node: DbtNode, elsewhere: readonly string[]): Members {
  const kept = Object.entries(node.config ?? {}).filter(
    ([name]) => !dbtConfigElsewhere.includes(name) && !(elsewhere.includes(name) && name in node),
  );
  return withoutEmpty(
    Object.fromEntries(kept.map(([name, value]) => [name, keepConfig(name, value)])),
  );
}

function keepConfig(name: string, value: unknown): unknown {
  // A contract that is not enforced is the default, however many members newer versions give it.
  if (name === 'contract' && isMembers(value) && value['enforced'] !== true) return null;
  return keepSet(name, value);
}

function keepSet(name: string, value: unknown): unknown {
  return Object.hasOwn(dbtConfigDefaults, name) && dbtConfigDefaults[name] === value ? null : value;
}

/** A seed's rows are not in the manifest: their checksum alone tells that they changed. */
function contentChecksum(node: DbtNode): unknown {
  const checksum = node['checksum'];
  // Of large seeds dbt hashes the path.
  return isMembers(checksum) && checksum['name'] === 'sha256' ? checksum['checksum'] : null;
}

function withoutEmpty(members: Members): Members {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => !isEmpty(value)));
}

function isEmpty(value: unknown): boolean {
  if (value === null || value === undefined || value === '') return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function toCamelCase(name: string): string {
  return name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
