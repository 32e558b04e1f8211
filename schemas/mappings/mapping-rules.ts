import { z } from 'zod';
import { maxNameLength } from '../catalog/asset-document';
import { isNameKind, kindOfType, nameKinds, objectKinds, type NameKind } from './mapping-kinds';

/** The most rules a mapping has. */
export const maxRules = 10_000;

const name = z
  .string()
  .min(1, 'must not be empty')
  .max(maxNameLength, `is longer than ${maxNameLength} characters`)
  .regex(/^[^\p{Cc}]*$/u, 'has control characters')
  .refine((text) => text.isWellFormed(), 'has half of a surrogate pair');
const project = z
  .union([z.literal(''), name])
  .nullable()
  .transform((code) => (code === '' ? null : code));

/** A rule that replaces a name wherever documents say it (RUN-25). */
export const NameRule = z.strictObject({
  kind: z.enum(Object.keys(nameKinds) as [NameKind, ...NameKind[]]),
  from: name,
  to: name,
});
export type NameRule = z.infer<typeof NameRule>;

/**
 * A rule that points references to another object. Without `to.project` the project stays that of
 * the reference, renamed where a rule says so; null is an object of the tenant.
 */
export const ObjectRule = z.strictObject({
  kind: z.enum(objectKinds as [string, ...string[]]),
  from: z.strictObject({ project: project.default(null), code: name }),
  to: z.strictObject({ project: project.exactOptional(), code: name }),
});
export type ObjectRule = z.infer<typeof ObjectRule>;

/** One rule: `from` is a name of the source, `to` one of the target; no rule applies to what another gave. */
export const MappingRule = z.discriminatedUnion('kind', [NameRule, ObjectRule], {
  error: (issue) => describeKindFault(issue.input),
});
export type MappingRule = NameRule | ObjectRule;
/** A rule as callers write it. */
export type MappingRuleInput = z.input<typeof MappingRule>;

/**
 * The rules of a mapping, in their one order. Every fault comes at once: those of each rule, names
 * with two replacements, names that would fall together, rules that change nothing.
 */
export const MappingRules = z
  .array(z.unknown())
  .max(maxRules, `are more than ${maxRules}`)
  .transform((given, context): MappingRule[] => {
    const rules: { readonly rule: MappingRule; readonly index: number }[] = [];
    for (const [index, item] of given.entries()) {
      const parsed = MappingRule.safeParse(item);
      if (parsed.success) rules.push({ rule: parsed.data, index });
      else
        for (const issue of parsed.error.issues)
          context.issues.push({ ...issue, path: [index, ...issue.path], input: item } as never);
    }
    for (const { path, ...fault } of crossFaults(rules))
      context.addIssue({ code: 'custom', path, ...fault });
    return rules.map(({ rule }) => rule).sort(compareRules);
  });

/** True for a rule that replaces a name. */
export function isNameRule(rule: MappingRule): rule is NameRule {
  return isNameKind(rule.kind);
}

/** What a rule replaces, as one text: equal for two rules of which only one can be. */
export function fromKey({ kind, from }: Pick<MappingRule, 'kind' | 'from'>): string {
  // Names have no control characters, so that no two keys fall together.
  return typeof from === 'string'
    ? `${kind}\t${from}`
    : `${kind}\t${from.project ?? ''}\t${from.code}`;
}

function compareRules(left: MappingRule, right: MappingRule): number {
  const [a, b] = [fromKey(left), fromKey(right)];
  return a < b ? -1 : a > b ? 1 : 0;
}

interface RuleFault {
  readonly path: [number, 'from' | 'to'];
  readonly message: string;
  readonly params: { readonly finding: string; readonly fix: string };
}

function* crossFaults(
  rules: readonly { readonly rule: MappingRule; readonly index: number }[],
): Generator<RuleFault> {
  const froms = new Map<string, number>();
  const tos = new Map<string, number>();
  for (const { rule, index } of rules) {
    const from = fromKey(rule);
    const twice = froms.get(from);
    if (twice === undefined) froms.set(from, index);
    else yield fault([index, 'from'], 'MappingFromTwice', `is what rule ${twice} replaces already`);
    if (changesNothing(rule)) yield fault([index, 'to'], 'MappingRuleIdle', 'is the same name');
    if (twice !== undefined || !isNameRule(rule) || nameKinds[rule.kind].mayMerge) continue;
    const to = `${rule.kind}\t${rule.to}`;
    const merged = tos.get(to);
    if (merged === undefined) tos.set(to, index);
    else yield fault([index, 'to'], 'MappingNamesMerged', `is what rule ${merged} gives already`);
  }
}

function changesNothing(rule: MappingRule): boolean {
  if (isNameRule(rule)) return rule.from === rule.to;
  return rule.from.code === rule.to.code && rule.to.project === undefined;
}

function fault(path: RuleFault['path'], finding: keyof typeof fixes, message: string): RuleFault {
  return { path, message, params: { finding, fix: fixes[finding] } };
}

const fixes = {
  MappingFromTwice: 'Leave one of the two rules.',
  MappingNamesMerged: 'Give each of them a name of its own: their objects would fall together.',
  MappingRuleIdle: 'Leave it out: equal names need no rule.',
} as const;

function describeKindFault(input: unknown): string {
  if (typeof input !== 'object' || input === null) return 'expected an object';
  const kind = 'kind' in input ? input.kind : undefined;
  if (typeof kind === 'string' && kindOfType(kind) !== kind)
    return `${kind} is written as ${kindOfType(kind)}`;
  return `is neither ${Object.keys(nameKinds).join(', ')} nor an asset type`;
}
