import { PipelineError } from '../../schemas/pipeline-error';
import {
  ReleaseScope,
  categoryOf,
  isChain,
  offeredCategories,
  offeredTypes,
} from '../../schemas/releases/scope';
import type { Finding } from '../../schemas/runs/finding';

/**
 * The scope of a draft, complete and offered by the tenant's features; throws `DraftInvalid` with
 * every fault: a scope that was never finished, categories and types whose feature is off (REL-14).
 */
export function resolveScope(saved: unknown, features: readonly string[]): ReleaseScope {
  const parsed = ReleaseScope.safeParse(saved);
  if (!parsed.success) {
    throw new PipelineError('DraftInvalid', {}, { findings: [scopeMissing] });
  }
  const findings = findNotOffered(parsed.data, features);
  if (findings.length > 0) throw new PipelineError('DraftInvalid', {}, { findings });
  return parsed.data;
}

/** A finding per chosen category or type whose feature is off (REL-14). */
export function findNotOffered(scope: ReleaseScope, features: readonly string[]): Finding[] {
  if (isChain(scope) || scope.method !== 'incremental') return [];
  const categories = offeredCategories(features);
  const types = offeredTypes(features);
  return [
    ...scope.categories
      .filter((one) => !categories.includes(one))
      .map((one) => [one, one] as const),
    ...scope.types
      .filter((one) => !types.includes(one))
      .map((one) => [one, categoryOf(one)] as const),
  ].map(([code, category]) => ({
    code: 'CategoryNotOffered',
    severity: 'error',
    object: { type: 'scope', project: null, code },
    reason: `${code} is not offered: the feature of ${category} is off in this tenant`,
    fix: 'Leave it out, or have the feature turned on.',
    overridable: false,
  }));
}

const scopeMissing: Finding = {
  code: 'ScopeMissing',
  severity: 'error',
  object: { type: 'input', project: null, code: 'scope' },
  reason: 'scope: was not chosen yet',
  fix: 'Choose it: gantry release update.',
  overridable: false,
};
