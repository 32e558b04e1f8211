import { createPatch, type Operation } from 'rfc6902';

/** One step of a JSON patch (RFC 6902). */
export type PatchOperation = Operation;

/**
 * What turns one document into another, field by field, as a JSON patch (RFC 6902).
 *
 * @example documentPatch({ owner: 'li' }, { owner: 'wang' });
 * // [{ op: 'replace', path: '/owner', value: 'wang' }]
 */
export function documentPatch(before: unknown, after: unknown): PatchOperation[] {
  return createPatch(before, after);
}
