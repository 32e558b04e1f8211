import { findAssetType } from '../../schemas/catalog/asset-types';

/**
 * Told of a text of a document in which a person may have written anything. `member`: the member it
 * is the value of, undefined where it is the name of one. `pointer`: RFC 6901, from the document; only
 * to be asked before returning.
 */
export type TextVisitor = (text: string, member: string | undefined, pointer: () => string) => void;

/** Members of a document that name things: identities, people, times, references. */
const structural = new Set([
  'changedAt',
  'changedBy',
  'code',
  'owner',
  'project',
  'references',
  'segment',
  'type',
]);

/** Members of definitions that describe secrets instead of holding some. */
const descriptive: Readonly<Record<string, readonly string[]>> = {
  detection_feature: ['regex', 'keywords', 'path', 'allowlists'],
};

const shortestSecret = 8;
/** Names of members are seldom longer, tokens seldom shorter. */
const longestName = 30;

/**
 * Visits every free text of an asset document: the name, and all texts and long member names of
 * `labels` and `definition`. What is shorter than any secret is left out.
 */
export function visitFreeTexts(
  document: Readonly<Record<string, unknown>>,
  visit: TextVisitor,
): void {
  const path: (string | number)[] = [];
  const pointer = (): string => path.map((part) => `/${escape(String(part))}`).join('');

  const walk = (value: unknown, member: string | undefined): void => {
    if (typeof value === 'string') {
      if (value.length >= shortestSecret) visit(value, member, pointer);
    } else if (Array.isArray(value)) {
      for (let place = 0; place < value.length; place++) {
        path.push(place);
        walk(value[place], member);
        path.pop();
      }
    } else if (typeof value === 'object' && value !== null) {
      walkMembers(value as Readonly<Record<string, unknown>>, undefined);
    }
  };
  const walkMembers = (
    object: Readonly<Record<string, unknown>>,
    skipped: { has(member: string): boolean } | undefined,
  ): void => {
    for (const member in object) {
      if (skipped?.has(member) === true) continue;
      // The pointer says where it is without naming it: it may be a secret.
      const isLong = member.length > longestName;
      path.push(isLong ? '*' : member);
      if (isLong) visit(member, undefined, pointer);
      walk(object[member], isLong ? undefined : member);
      path.pop();
    }
  };

  const { type, definition, ...rest } = document;
  walkMembers(rest, structural);
  if (typeof definition !== 'object' || definition === null) return;
  path.push('definition');
  walkMembers(definition as Readonly<Record<string, unknown>>, skippedMembers(String(type)));
}

/** Secrets that are known as such are kept apart and encrypted (REL-26); what is in their place is no text. */
function skippedMembers(type: string): ReadonlySet<string> {
  return new Set([...(descriptive[type] ?? []), ...(findAssetType(type)?.secretFields ?? [])]);
}

function escape(part: string): string {
  return part.replaceAll('~', '~0').replaceAll('/', '~1');
}
