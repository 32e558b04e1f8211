import type { Knex } from 'knex';

/**
 * Keeps contents that nothing uses yet from being removed until the transaction ends: for whoever adds
 * contents, or points to those that are there. Many may hold at once.
 */
export async function holdContents(trx: Knex.Transaction): Promise<void> {
  await trx.raw(`select pg_advisory_xact_lock_shared(hashtextextended('contents', 0))`);
}

/** Waits until nobody holds contents, and lets nobody until the transaction ends: for whoever removes some. */
export async function lockContents(trx: Knex.Transaction): Promise<void> {
  await trx.raw(`select pg_advisory_xact_lock(hashtextextended('contents', 0))`);
}
