import type { AssetReference } from '../../../schemas/catalog/asset-document';
import type { DbtNode } from '../../../schemas/catalog/dbt-manifest';
import { findDbtResourceType } from '../../../schemas/catalog/dbt-resource-types';

/** A dbt object whose references are wanted, and the project it is loaded into. */
export interface Referring {
  readonly node: DbtNode;
  readonly resourceType: string;
  readonly project: string;
}

/**
 * What a dbt object refers to, each once: `about` what a test checks, `reads` other objects, `uses`
 * macros and functions.
 */
export function buildReferences({ node, resourceType, project }: Referring): AssetReference[] {
  const nodes = node.depends_on?.nodes ?? [];
  const subjects = isTest(resourceType) ? findSubjects(node, nodes) : [];
  const roleOf = (code: string): string => {
    if (subjects.includes(code)) return 'about';
    return prefixOf(code) === 'macro' || prefixOf(code) === 'function' ? 'uses' : 'reads';
  };
  const codes = new Set([...subjects, ...nodes, ...(node.depends_on?.macros ?? [])]);
  return [...codes].map((code) => ({ role: roleOf(code), type: typeOf(code), project, code }));
}

function isTest(resourceType: string): boolean {
  return resourceType === 'test' || resourceType === 'unit_test';
}

/** What is tested: the node dbt says, the one the test's arguments name, or all a test reads. */
function findSubjects(node: DbtNode, nodes: readonly string[]): readonly string[] {
  if (typeof node.attached_node === 'string') return [node.attached_node];
  const model = node.test_metadata?.kwargs?.['model'];
  const named =
    typeof model === 'string'
      ? /(?:ref|source)\((.*?)\)/
          .exec(model)?.[1]
          ?.match(/(['"])(.*?)\1/g)
          ?.at(-1)
      : undefined;
  const ending = named === undefined ? undefined : `.${named.slice(1, -1)}`;
  const found = nodes.filter((code) => ending !== undefined && code.endsWith(ending));
  return found.length > 0 ? found : nodes;
}

/** The metrics' type depends on the metric; project and code name them well enough. */
function typeOf(code: string): string | null {
  const prefix = prefixOf(code);
  return prefix === 'metric' ? null : (findDbtResourceType(prefix)?.type ?? null);
}

function prefixOf(code: string): string {
  return code.slice(0, code.indexOf('.'));
}
