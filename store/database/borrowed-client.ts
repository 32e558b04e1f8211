import type { Client } from 'pg';
import { PipelineError } from '../../schemas/pipeline-error';
import type { Database } from './connect';

/** A connection of the pool for a stream, which knex does not know; one of the two ends it. */
export interface BorrowedClient {
  readonly client: Client;
  /** Hands it back for others: it is in no transaction and nothing is under way. */
  readonly giveBack: () => void;
  /** Closes it in the middle of whatever it does; the server notices the closed socket. */
  readonly drop: () => void;
}

interface Pool {
  acquireConnection(): Promise<Client>;
  releaseConnection(client: Client): Promise<void>;
}

/**
 * Borrows a connection: logging in costs more than reading a small shard. Throws
 * `DatabaseUnavailable`.
 */
export async function borrowClient(database: Database): Promise<BorrowedClient> {
  const pool = database.client as Pool;
  let client: Client;
  try {
    client = await pool.acquireConnection();
  } catch (error) {
    throw new PipelineError('DatabaseUnavailable', {}, { cause: error });
  }
  let ended = false;
  const end = (before?: () => void): void => {
    if (ended) return;
    ended = true;
    before?.();
    void pool.releaseConnection(client);
  };
  return {
    client,
    giveBack: () => end(),
    drop: () => end(() => close(client)),
  };
}

/** The mark is what knex itself leaves on a connection that it must not lend again. */
function close(client: Client): void {
  const { connection } = client as unknown as { connection: { stream: { destroy(): void } } };
  Object.assign(client, { __knex__disposed: 'dropped in the middle of a stream' });
  connection.stream.destroy();
}
