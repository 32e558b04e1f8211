import type { Knex } from 'knex';
import type { ClientBase } from 'pg';

/** The connection that a transaction runs on, for COPY, which knex does not know. */
export async function transactionClient(trx: Knex.Transaction): Promise<ClientBase> {
  const pool = trx.client as { acquireConnection(): Promise<ClientBase> };
  return pool.acquireConnection();
}
