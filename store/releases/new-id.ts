import { randomBytes } from 'node:crypto';

/** A new id that nobody can guess, such as `rel_4f0c…`: the prefix, 80 random bits in hex. */
export function newId(prefix: 'rel' | 'pkg'): string {
  return `${prefix}_${randomBytes(10).toString('hex')}`;
}
