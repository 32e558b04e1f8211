import { createHash } from 'node:crypto';
import { PipelineError } from '../../schemas/pipeline-error';
import type { Connection } from '../database/connect';

/** Who calls: a person or a program that presented a valid token. */
export interface Caller {
  readonly personId: number;
  readonly name: string;
}

/**
 * Tells whose token this is (RUN-21); tokens are kept as SHA-256 hashes only.
 * Throws `Unauthenticated` for a missing, unknown or revoked one.
 */
export async function authenticate(
  connection: Connection,
  token: string | undefined,
): Promise<Caller> {
  const row =
    token === undefined || token === ''
      ? undefined
      : await connection<{ hash: Buffer; revoked_at: Date | null }>('tokens')
          .join('people', 'people.id', 'tokens.person_id')
          .where('tokens.hash', hashToken(token))
          .whereNull('tokens.revoked_at')
          .first<{ id: number; name: string } | undefined>('people.id', 'people.name');
  if (row === undefined) throw new PipelineError('Unauthenticated');
  return { personId: row.id, name: row.name };
}

/** What is stored of a token. */
export function hashToken(token: string): Buffer {
  return createHash('sha256').update(token, 'utf8').digest();
}
