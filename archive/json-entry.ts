import { isUtf8 } from 'node:buffer';
import type { z } from 'zod';
import { canonicalize } from './canonical-json';

/** The value of a JSON text in UTF-8; undefined where it is none. */
export function parseJson(bytes: Buffer): unknown {
  try {
    return isUtf8(bytes) ? JSON.parse(bytes.toString('utf8')) : undefined;
  } catch {
    return undefined;
  }
}

/** True where the bytes are the canonical form of the value. */
export function isCanonical(value: unknown, bytes: Buffer): boolean {
  try {
    return Buffer.from(canonicalize(value), 'utf8').equals(bytes);
  } catch {
    return false;
  }
}

/** What is wrong with a value, and where, in words; `below` is where the value itself stands. */
export function faultsOf(error: z.ZodError, below: readonly (string | number)[] = []): string[] {
  return error.issues.map(
    ({ path, message }) => `${[...below, ...path].map(String).join('.')}: ${message}`,
  );
}
