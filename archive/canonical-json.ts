import { createHash } from 'node:crypto';
import { PipelineError } from '../schemas/pipeline-error';

/**
 * The canonical JSON text (RFC 8785) of a plain value: members in UTF-16 code unit order, no blanks,
 * shortest numbers, -0 as 0. Members that are `undefined` are left out. Refuses (`NotCanonicalJson`)
 * what has no canonical form: NaN, infinities, lone surrogates, dates, functions, class instances.
 *
 * @example canonicalize({ b: 1, a: [] }) // '{"a":[],"b":1}'
 */
export function canonicalize(value: unknown): string {
  const text = isInOrder(value, true) ? JSON.stringify(value) : serialize(value);
  // JSON.stringify writes lone surrogates as an escape, which a text may also hold on purpose.
  if (text.includes('\\ud')) refuseLoneSurrogates(value);
  return text;
}

/** SHA-256 in lower-case hex; a string is hashed as UTF-8. */
export function sha256Hex(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

/** True when JSON.stringify writes the value's members in canonical order; refuses what JSON cannot say. */
function isInOrder(value: unknown, isMember: boolean): boolean {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return true;
    case 'number':
      if (!Number.isFinite(value)) refuse('a number that is not finite');
      return true;
    case 'object':
      break;
    case 'undefined':
      if (isMember) return false;
      return refuse('an undefined list item');
    case 'bigint':
    case 'function':
    case 'symbol':
      return refuse(`a ${typeof value}`);
  }
  if (value === null) return true;
  return Array.isArray(value) ? isListInOrder(value) : areMembersInOrder(value);
}

function isListInOrder(list: readonly unknown[]): boolean {
  let inOrder = true;
  // By index: holes have to be seen.
  for (let index = 0; index < list.length; index++)
    inOrder = isInOrder(list[index], false) && inOrder;
  return inOrder;
}

function areMembersInOrder(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) refuse('an object that is not plain');
  const members = value as Record<string, unknown>;
  let previous: string | undefined;
  let inOrder = true;
  for (const name in members) {
    // Integer-like names come first and by number, whatever the order they were set in.
    if (previous !== undefined && previous >= name) inOrder = false;
    previous = name;
    inOrder = isInOrder(members[name], true) && inOrder;
  }
  return inOrder;
}

function serialize(value: unknown): string {
  if (value === null || typeof value !== 'object') {
    return value === undefined ? refuse('undefined') : JSON.stringify(value);
  }
  if (Array.isArray(value)) return `[${value.map(serialize).join(',')}]`;
  const members = value as Record<string, unknown>;
  const texts: string[] = [];
  for (const name of Object.keys(members).sort()) {
    if (members[name] !== undefined)
      texts.push(`${JSON.stringify(name)}:${serialize(members[name])}`);
  }
  return `{${texts.join(',')}}`;
}

function refuseLoneSurrogates(value: unknown): void {
  if (typeof value === 'string') {
    if (!value.isWellFormed()) refuse('a lone surrogate');
  } else if (Array.isArray(value)) {
    value.forEach(refuseLoneSurrogates);
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, member] of Object.entries(value)) {
      refuseLoneSurrogates(name);
      refuseLoneSurrogates(member);
    }
  }
}

function refuse(what: string): never {
  throw new PipelineError('NotCanonicalJson', { found: what });
}
