import { isNameKind } from '../../schemas/mappings/mapping-kinds';
import type { MappingRule } from '../../client';

/** What a command line names: `code`, `project:code`, or `:code` for an object of the tenant. */
export interface NamedObject {
  readonly project?: string | null;
  readonly code: string;
}

/** Reads an object; without a colon it says nothing of a project. */
export function parseObjectText(text: string): NamedObject {
  const colon = text.indexOf(':');
  if (colon < 0) return { code: text };
  return { project: colon === 0 ? null : text.slice(0, colon), code: text.slice(colon + 1) };
}

/** A name or an object as `mapping set` takes it. */
export function formatFrom(from: MappingRule['from'] | MappingRule['to']): string {
  if (typeof from === 'string') return from;
  if (from.project !== undefined && from.project !== null) return `${from.project}:${from.code}`;
  return from.code.includes(':') ? `:${from.code}` : from.code;
}

/** What `to` of a rule says: without a project it is that of the reference, null is the tenant. */
export function formatTo(rule: MappingRule): string {
  if (typeof rule.to === 'string' || typeof rule.from === 'string') return formatFrom(rule.to);
  const moved = rule.to.project === null && rule.from.project !== null;
  return moved ? `:${rule.to.code}` : formatFrom(rule.to);
}

/** `from` or `to` of a rule, from its text: a name, or for asset types an object. */
export function toRuleSide(kind: string, text: string): string | NamedObject {
  return isNameKind(kind) ? text : parseObjectText(text);
}
