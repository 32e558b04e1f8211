import { isNameKind, kindOfType, nameKinds } from '../../schemas/mappings/mapping-kinds';
import {
  isNameRule,
  type MappingRule,
  type ObjectRule,
} from '../../schemas/mappings/mapping-rules';
import type { MappingCandidate } from '../../schemas/mappings/mapping-view';
import type { Connection } from '../database/connect';
import type { ObjectName } from './apply-mapping';
import { findCandidates, findUnmet, type Candidate } from './find-candidates';

/** A reference that no object of the target answers to, with what it may mean, likeliest first. */
export type OpenReference<R extends ObjectName> = R & {
  readonly candidates: readonly MappingCandidate[];
};

/** What to look for: references as the package has them after the mapping in force. */
export interface SuggestionRequest<R extends ObjectName> {
  readonly tenantId: number;
  readonly references: readonly R[];
  /** The mapping in force, so that suggested rules speak of the source's names. @default none */
  readonly rules?: readonly MappingRule[];
}

const batchSize = 20_000;

/**
 * The references that the target has no object for, so that a person is asked about these alone:
 * what has an equal name needs no rule (RUN-25). Candidates have the same code in another project, or
 * the same code but for the case of A–Z; up to five. Changes nothing.
 */
export async function suggestMapping<R extends ObjectName>(
  connection: Connection,
  { tenantId, references, rules = [] }: SuggestionRequest<R>,
): Promise<OpenReference<R>[]> {
  const toSource = buildSourceNames(rules);
  const suggestions: OpenReference<R>[] = [];
  for (let start = 0; start < references.length; start += batchSize) {
    const batch = references.slice(start, start + batchSize);
    const unmet = await findUnmet(connection, tenantId, batch);
    const found = await findCandidates(connection, tenantId, unmet);
    for (const [index, reference] of unmet.entries()) {
      const candidates = (found.get(index) ?? []).map((candidate) => ({
        ...candidate,
        rule: toRule(reference, toSource(reference), candidate),
      }));
      suggestions.push({ ...reference, candidates });
    }
  }
  return suggestions;
}

function toRule(
  reference: ObjectName,
  source: ObjectRule['from'],
  candidate: Candidate,
): MappingRule {
  const kind = kindOfType(reference.type ?? candidate.type);
  if (isNameKind(kind)) return { kind, from: source.code, to: candidate.code };
  // Where the project is right already, the rule leaves it to the rule for projects.
  const sameProject = (reference.project ?? '') === (candidate.project ?? '');
  return {
    kind,
    from: source,
    to: { ...(sameProject ? {} : { project: candidate.project }), code: candidate.code },
  };
}

/** Finds the name that the source has for what a reference names after the mapping. */
function buildSourceNames(
  rules: readonly MappingRule[],
): (reference: ObjectName) => ObjectRule['from'] {
  // Rules for projects and segments have one `from` for each `to`; of others the first is taken.
  const names = new Map<string, string>();
  const objects = new Map<string, ObjectRule['from']>();
  for (const rule of rules) {
    if (isNameRule(rule)) names.set(`${rule.kind}\t${rule.to}`, rule.from);
  }
  const projectOf = (project: string | null) =>
    project === null ? null : (names.get(`project\t${project}`) ?? project);
  for (const rule of rules) {
    if (isNameRule(rule)) continue;
    const project = rule.to.project === undefined ? rule.from.project : projectOf(rule.to.project);
    const key = `${rule.kind}\t${project ?? ''}\t${rule.to.code}`;
    if (!objects.has(key)) objects.set(key, rule.from);
  }
  return ({ type, project, code }) => {
    const from = { project: projectOf(project === '' ? null : project), code };
    if (type === null) return from;
    const renaming = kindOfType(type);
    if (isNameKind(renaming) && nameKinds[renaming].identityOf === type)
      return { project: null, code: names.get(`${renaming}\t${code}`) ?? code };
    return objects.get(`${type}\t${from.project ?? ''}\t${code}`) ?? from;
  };
}
