import knex, { type Knex } from 'knex';
import { types } from 'pg';

/** A pool of connections to Gantry's own database; one a process. */
export type Database = Knex;

/** A connection or the transaction that a caller is in. */
export type Connection = Knex | Knex.Transaction;

// Counts and ids of type bigint arrive as numbers: none of ours passes 2^53.
types.setTypeParser(types.builtins.INT8, Number);

/** Opens the pool; nothing is sent until the first query. Close it with `destroy()`. */
export function connectDatabase(settings: {
  readonly url: string;
  readonly poolMax: number;
  /** Shown to operators in `pg_stat_activity`. */
  readonly applicationName: string;
}): Database {
  return knex({
    client: 'pg',
    connection: {
      connectionString: settings.url,
      application_name: settings.applicationName,
      connectionTimeoutMillis: 10_000,
      keepAlive: true,
    },
    pool: {
      min: 0,
      max: settings.poolMax,
      acquireTimeoutMillis: 30_000,
      afterCreate(
        connection: { on(event: 'error', listener: () => void): void },
        done: (error: null, c: unknown) => void,
      ) {
        // An idle connection whose server dies emits 'error'; without a listener the process would end.
        connection.on('error', () => undefined);
        done(null, connection);
      },
    },
    asyncStackTraces: false,
    // knex writes to stdout, where --json has one document; what fails is thrown to the caller.
    log: { warn: silent, error: silent, debug: silent, deprecate: silent },
  });
}

function silent(): void {
  // Nothing to say.
}
