import type { z } from 'zod';
import type { AssetDocument } from '../../../schemas/catalog/asset-document';
import { DbtNode } from '../../../schemas/catalog/dbt-manifest';
import { findDbtResourceType } from '../../../schemas/catalog/dbt-resource-types';
import { buildDefinition, metaOf, tagsOf } from './build-definition';
import { buildReferences } from './build-references';
import type { ManifestMember } from './read-manifest';

/**
 * dbt does not say when an object changed: `created_at` is when it was parsed. A fixed time keeps
 * what did not change the same; the catalog's own lists say when a change came.
 */
export const dbtChangedAt = '1970-01-01T00:00:00Z';

/** What an object of a manifest is: a document, something left out, or what is wrong with it. */
export type BuiltDocument =
  | { readonly document: z.input<typeof AssetDocument> }
  | { readonly leftOut: string }
  | { readonly reasons: readonly string[] };

/** Makes the asset document of an object of a manifest, to be loaded into `project` (RUN-18). */
export function buildDocument(member: ManifestMember, project: string): BuiltDocument {
  const resourceType = resourceTypeOf(member);
  if (findDbtResourceType(resourceType) === undefined) return { leftOut: resourceType };
  const parsed = DbtNode.safeParse(member.value);
  if (!parsed.success) {
    return {
      reasons: parsed.error.issues.map(({ path, message }) =>
        path.length === 0 ? message : `${path.map(String).join('.')}: ${message}`,
      ),
    };
  }
  const node = parsed.data;
  return {
    document: {
      type: assetTypeOf(node, resourceType),
      project,
      segment: null,
      code: member.key,
      name: node.label != null && node.label !== '' ? node.label : node.name,
      owner: ownerOf(node),
      changedAt: dbtChangedAt,
      changedBy: null,
      labels: labelsOf(node, resourceType),
      references: buildReferences({ node, resourceType, project }),
      definition: buildDefinition(node, resourceType),
    },
  };
}

const resourceTypeOfSection: Readonly<Record<string, string>> = {
  sources: 'source',
  macros: 'macro',
  exposures: 'exposure',
  metrics: 'metric',
  semantic_models: 'semantic_model',
  saved_queries: 'saved_query',
  unit_tests: 'unit_test',
  functions: 'function',
};

/** Nodes say what they are; the other sections hold one kind each. */
function resourceTypeOf({ section, value }: ManifestMember): string {
  const known = resourceTypeOfSection[section];
  if (known !== undefined) return known;
  const given = (value as { readonly resource_type?: unknown } | null)?.resource_type;
  // No name of what is left out may be a text of any length.
  return typeof given === 'string' && /^[\w ]{1,40}$/.test(given) ? given : 'unknown';
}

function assetTypeOf(node: DbtNode, resourceType: string): string {
  if (resourceType === 'metric' && isMadeOfMetrics(node)) return 'derived_metric';
  return findDbtResourceType(resourceType)?.type ?? '';
}

/** `derived` and, up to version 9, `expression` metrics; `ratio`, `cumulative`, `conversion` too. */
function isMadeOfMetrics(node: DbtNode): boolean {
  const kind = node['calculation_method'] ?? node['type'];
  return ['derived', 'expression', 'ratio', 'cumulative', 'conversion'].includes(String(kind));
}

function ownerOf(node: DbtNode): string | null {
  const email = node.owner?.email;
  const noted = metaOf(node)['owner'];
  const candidates = [node.owner?.name, Array.isArray(email) ? email[0] : email, noted];
  return candidates.find((one): one is string => typeof one === 'string' && one !== '') ?? null;
}

function labelsOf(node: DbtNode, resourceType: string): Record<string, string> {
  const tags = tagsOf(node);
  return {
    'dbt.package': node.package_name,
    'dbt.resource': resourceType,
    ...(node.group != null && node.group !== '' ? { 'dbt.group': node.group } : {}),
    ...(tags.length > 0 ? { 'dbt.tags': tags.join(', ') } : {}),
  };
}
