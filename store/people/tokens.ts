import { randomBytes } from 'node:crypto';
import type { Knex } from 'knex';
import { PipelineError } from '../../schemas/pipeline-error';
import { auditedChange } from '../audit/audited';
import type { Database } from '../database/connect';
import { hashToken, type Caller } from './authenticate';
import { lockAnyPerson, lockPerson } from './find-person';
import { mayActFor } from './may-manage';

const tokenBytes = 32;

/** Whose token, in which tenant the caller manages people; null for the installation. */
interface TokenRequest {
  readonly tenantId: number | null;
  readonly name: string;
}

/**
 * Makes a further token for somebody, or for the caller himself, and returns it: it can never be
 * read again (RUN-21). Throws `PersonNotFound`, and `PermissionDenied` where the person holds a
 * role, here or elsewhere, that the caller could not give.
 */
export async function createToken(
  database: Database,
  caller: Caller,
  request: TokenRequest & { readonly label: string; readonly revokeOthers: boolean },
): Promise<string> {
  return auditedChange(database, attemptOf(caller, request, 'token made'), async (trx, note) => {
    const person = await findManaged(trx, caller, request);
    note({
      label: request.label,
      revoked: request.revokeOthers ? await revokeAll(trx, person.id) : 0,
    });
    return insertToken(trx, person.id, request.label);
  });
}

/**
 * Revokes every token of somebody, or of the caller himself, and tells how many were valid; calls
 * that present one fail with `Unauthenticated` from now on (RUN-21). Throws as `createToken`.
 */
export async function revokeTokens(
  database: Database,
  caller: Caller,
  request: TokenRequest,
): Promise<number> {
  return auditedChange(
    database,
    attemptOf(caller, request, 'tokens revoked'),
    async (trx, note) => {
      const person = await findManaged(trx, caller, request);
      const revoked = await revokeAll(trx, person.id);
      note({ revoked });
      return revoked;
    },
  );
}

/** Stores the hash of a new random token and returns the token. */
export async function insertToken(
  trx: Knex.Transaction,
  personId: number,
  label: string,
): Promise<string> {
  const token = randomBytes(tokenBytes).toString('base64url');
  await trx('tokens').insert({ person_id: personId, hash: hashToken(token), label });
  return token;
}

async function findManaged(
  trx: Knex.Transaction,
  caller: Caller,
  request: TokenRequest,
): Promise<{ readonly id: number }> {
  if (request.name === caller.name) {
    const self = await lockAnyPerson(trx, caller.name);
    if (self !== undefined) return self;
  }
  const person = await lockPerson(trx, request.tenantId, request.name);
  if (!(await mayActFor(trx, caller, person.id))) {
    throw new PipelineError('PermissionDenied', {
      person: caller.name,
      action: 'person.manage',
      because: `${request.name} holds roles that this person may not give`,
    });
  }
  return person;
}

async function revokeAll(trx: Knex.Transaction, personId: number): Promise<number> {
  return trx('tokens')
    .where({ person_id: personId })
    .whereNull('revoked_at')
    .update({ revoked_at: trx.fn.now() });
}

function attemptOf(caller: Caller, request: TokenRequest, change: string) {
  return {
    caller,
    tenantId: request.tenantId,
    action: request.name === caller.name ? 'person.own-token' : 'person.manage',
    object: `person/${request.name}`,
    details: { change },
  } as const;
}
