import type { Database } from './connect';

/**
 * Lets PostgreSQL look at tables that many rows were written to, or its planner goes on believing
 * that they are small until autovacuum comes by. A failure is no matter: nothing depends on it.
 */
export async function refreshStatistics(
  database: Database,
  tables: readonly string[],
): Promise<void> {
  // A sample of 3,000 rows a table tells enough.
  await database
    .transaction((trx) =>
      trx.raw(`set local default_statistics_target = 10; analyze ${tables.join(', ')}`),
    )
    .catch(() => undefined);
}
