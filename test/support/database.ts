import { randomBytes } from 'node:crypto';
import { connectDatabase, type Database } from '../../store/database/connect';
import { migrateDatabase } from '../../store/database/migrate';

/** A migrated database of a test's own. */
export interface FreshDatabase {
  readonly database: Database;
  /** With the password in it. */
  readonly url: string;
  drop(): Promise<void>;
}

/**
 * Makes an empty, migrated database in a PostgreSQL server, by default the one that
 * GANTRY_TEST_POSTGRES_URL names; `drop` closes the pool and removes it.
 */
export async function freshDatabase(
  serverUrl = process.env['GANTRY_TEST_POSTGRES_URL'],
): Promise<FreshDatabase> {
  if (serverUrl === undefined) throw new Error('GANTRY_TEST_POSTGRES_URL is not set');
  const name = `gantry_test_${randomBytes(6).toString('hex')}`;
  await inServer(serverUrl, `create database ${name}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  const database = connectDatabase({
    url: url.toString(),
    poolMax: 10,
    applicationName: 'gantry test',
  });
  await migrateDatabase(database);
  return {
    database,
    url: url.toString(),
    async drop() {
      await database.destroy();
      await inServer(serverUrl, `drop database ${name} with (force)`);
    },
  };
}

async function inServer(url: string, statement: string): Promise<void> {
  const server = connectDatabase({ url, poolMax: 1, applicationName: 'gantry test' });
  try {
    await server.raw(statement);
  } finally {
    await server.destroy();
  }
}
