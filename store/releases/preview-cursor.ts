import { PipelineError } from '../../schemas/pipeline-error';

/** The cursor of the page after an item with this key. */
export function toCursor(key: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(key), 'utf8').toString('base64url');
}

/** The key in a cursor of `length` parts, or undefined without one; throws `InvalidInput`. */
export function fromCursor(
  cursor: string | undefined,
  length: number,
): readonly (string | number)[] | undefined {
  if (cursor === undefined) return undefined;
  try {
    const key: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (Array.isArray(key) && key.length === length && key.every(isScalar)) {
      return key as (string | number)[];
    }
  } catch {
    // Not ours either way.
  }
  throw new PipelineError('InvalidInput', { cursor: 'not one of this list' });
}

function isScalar(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number';
}
