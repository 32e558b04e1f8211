import type { AssetDocument } from '../../schemas/catalog/asset-document';
import { nameKinds, type NameKind } from '../../schemas/mappings/mapping-kinds';
import {
  isNameRule,
  type MappingRule,
  type ObjectRule,
} from '../../schemas/mappings/mapping-rules';
import { buildLineFilter } from './line-filter';

/** An object as references name it; no type: by project and code alone. */
export interface ObjectName {
  readonly type: string | null;
  readonly project: string | null;
  readonly code: string;
}

/**
 * A mapping that is ready for many documents. Each function gives back the very object it got where
 * no rule applies. `from` speaks of the source and `to` of the target, so every name is replaced at
 * most once and names may be swapped.
 */
export interface AppliedMapping {
  /** False only for canonical lines that no rule changes; looks at the text, parses nothing. */
  readonly mayTouch: (line: string) => boolean;
  /** A document with project, segment, owner, references and, of projects and segments, code replaced. */
  readonly document: (document: AssetDocument) => AssetDocument;
  /** What a reference or a requirement names. */
  readonly reference: <R extends ObjectName>(reference: R) => R;
  /** The identity of an object: of a deletion, or of the example of a requirement. */
  readonly identity: <I extends ObjectName>(identity: I) => I;
}

/** Makes a mapping's rules ready for use (RUN-25); undefined where there are none. Pure. */
export function applyMapping(rules: readonly MappingRule[]): AppliedMapping | undefined {
  if (rules.length === 0) return undefined;
  const names = collectNames(rules);
  const targets = collectTargets(rules);
  const reference = <R extends ObjectName>(given: R): R => {
    const to = targets.get(targetKey(given));
    // A project in the rule is meant as it stands; without one the reference's own is renamed.
    const project = to?.project === undefined ? renamed(names.project, given.project) : to.project;
    return withMembers(given, { project, code: to?.code ?? given.code } as Partial<R>);
  };
  const identity = <I extends ObjectName>(given: I): I => {
    const project = renamed(names.project, given.project);
    const code = renamed(codesOf(names, given.type), given.code);
    return withMembers(given, { project, code } as Partial<I>);
  };
  return {
    mayTouch: buildLineFilter(
      rules.map(({ from }) => (typeof from === 'string' ? from : from.code)),
    ),
    reference,
    identity,
    document: (document) => {
      const references = document.references.map(reference);
      const same = references.every((one, index) => one === document.references[index]);
      return withMembers(identity(document), {
        segment: renamed(names.segment, document.segment),
        owner: renamed(names.owner, document.owner),
        references: same ? document.references : references,
      });
    },
  };
}

type Names = Readonly<Record<NameKind, ReadonlyMap<string, string>>>;
type Target = ObjectRule['to'];

function collectNames(rules: readonly MappingRule[]): Names {
  const of = (kind: NameKind) =>
    new Map(
      rules
        .filter(isNameRule)
        .flatMap((rule) => (rule.kind === kind ? [[rule.from, rule.to]] : [])),
    );
  return { project: of('project'), segment: of('segment'), owner: of('owner') };
}

/** Where references lead: by type and name, and by name alone for references without type. */
function collectTargets(rules: readonly MappingRule[]): ReadonlyMap<string, Target> {
  const targets = new Map<string, Target>();
  const unclear = new Set<string>();
  for (const { type, from, to } of rules.flatMap(toPointing)) {
    targets.set(targetKey({ type, ...from }), to);
    const untyped = targetKey({ type: null, ...from });
    const known = targets.get(untyped);
    if (known !== undefined && !(known.project === to.project && known.code === to.code))
      unclear.add(untyped);
    else targets.set(untyped, to);
  }
  // Which of several objects of that name is meant cannot be told: it stays, visible as unresolved.
  for (const key of unclear) targets.delete(key);
  return targets;
}

/** Renaming projects and segments leads references to them elsewhere, too. */
function toPointing(rule: MappingRule): {
  readonly type: string;
  readonly from: ObjectRule['from'];
  readonly to: Target;
}[] {
  if (!isNameRule(rule)) return [{ type: rule.kind, from: rule.from, to: rule.to }];
  const type = nameKinds[rule.kind].identityOf;
  if (type === null) return [];
  return [{ type, from: { project: null, code: rule.from }, to: { project: null, code: rule.to } }];
}

function targetKey({ type, project, code }: ObjectName): string {
  return `${type ?? ''}\t${project ?? ''}\t${code}`;
}

function codesOf(names: Names, type: string | null): ReadonlyMap<string, string> | undefined {
  if (type === nameKinds.project.identityOf) return names.project;
  return type === nameKinds.segment.identityOf ? names.segment : undefined;
}

function renamed<T extends string | null>(
  names: ReadonlyMap<string, string> | undefined,
  given: T,
): string | T {
  return given === null ? given : (names?.get(given) ?? given);
}

function withMembers<T extends object>(given: T, members: Partial<T>): T {
  const changed = (Object.keys(members) as (keyof T)[]).some((key) => members[key] !== given[key]);
  return changed ? { ...given, ...members } : given;
}
