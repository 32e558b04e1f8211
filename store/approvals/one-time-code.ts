import { createHmac, randomInt, timingSafeEqual } from 'node:crypto';
import type { Knex } from 'knex';

/** What became of a code that came with a decision. */
export type CodeVerdict = 'code right' | 'code missing' | 'code wrong' | 'code locked';

/** Whose code for which request. */
export interface CodeOwner {
  readonly requestId: string;
  readonly personId: number;
}

/** Crockford's letters: none that look like another. */
const letters = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const length = 10;
const triesAtMost = 5;

/**
 * Makes a new code for an approver and a request and gives it; the one before is void, tries begin
 * anew (RUN-9). Of the code only a hash is kept, made with the installation's key.
 */
export async function issueCode(
  trx: Knex.Transaction,
  key: Uint8Array,
  owner: CodeOwner,
): Promise<string> {
  const code = Array.from({ length }, () => letters[randomInt(letters.length)]).join('');
  const row = {
    hash: hashOf(key, owner, code),
    issued_at: trx.fn.now(),
    failed_tries: 0,
    used_at: null,
  };
  await trx('approval_codes')
    .insert({ request_id: owner.requestId, person_id: owner.personId, ...row })
    .onConflict(['request_id', 'person_id'])
    .merge(row);
  return `${code.slice(0, length / 2)}-${code.slice(length / 2)}`;
}

/**
 * Checks the code of a decision. A right one is used up by this, whatever becomes of the decision;
 * after five wrong ones only a new code helps (RUN-9).
 */
export async function presentCode(
  trx: Knex.Transaction,
  key: Uint8Array,
  { code, ...owner }: CodeOwner & { readonly code: string | undefined },
): Promise<CodeVerdict> {
  if (code === undefined || code.trim() === '') return 'code missing';
  const where = { request_id: owner.requestId, person_id: owner.personId };
  const row = await trx('approval_codes')
    .where(where)
    .forUpdate()
    .first<{ hash: Buffer; failed_tries: number; used_at: Date | null } | undefined>(
      'hash',
      'failed_tries',
      'used_at',
    );
  if (row === undefined || row.used_at !== null) return 'code wrong';
  if (row.failed_tries >= triesAtMost) return 'code locked';
  if (timingSafeEqual(row.hash, hashOf(key, owner, toPlain(code)))) {
    await trx('approval_codes').where(where).update({ used_at: trx.fn.now() });
    return 'code right';
  }
  await trx('approval_codes').where(where).increment('failed_tries', 1);
  return 'code wrong';
}

/** As people type it: small letters, spaces, hyphens, O for 0, I and L for 1. */
function toPlain(code: string): string {
  return code.toUpperCase().replaceAll(/[\s-]/g, '').replaceAll('O', '0').replaceAll(/[IL]/g, '1');
}

function hashOf(key: Uint8Array, owner: CodeOwner, code: string): Buffer {
  return createHmac('sha256', key)
    .update(`approval-code/${owner.requestId}/${owner.personId}/${code}`, 'utf8')
    .digest();
}
