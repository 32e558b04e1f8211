import { randomBytes } from 'node:crypto';
import { connectGantry, type Gantry } from '../../client';
import { ensureInstallationAdministrator } from '../../store/people/ensure-installation-administrator';
import type { Database } from '../../store/database/connect';
import { freshDatabase } from './database';

/** An installation without Temporal and object store: a database and clients that use it. */
export interface Installation {
  readonly database: Database;
  readonly encryptionKey: Uint8Array;
  /** The settings of a process that uses it. */
  readonly environment: Readonly<Record<string, string>>;
  /** A connected client of the installation administrator. */
  readonly admin: Gantry;
  readonly adminToken: string;
  /** A connected client that presents this token. */
  readonly as: (token: string | null) => Promise<Gantry>;
  /** Every value of every table as text, to look for what must not be there. */
  dump(): Promise<string>;
  close(): Promise<void>;
}

/**
 * Makes an installation with its administrator; `close` removes it. `surroundings` win over the
 * defaults; `serverUrl` names the PostgreSQL server, by default the one all tests share.
 */
export async function createInstallation(
  surroundings: Readonly<Record<string, string>> = {},
  serverUrl?: string,
): Promise<Installation> {
  const fresh = await freshDatabase(serverUrl);
  const encryptionKey = randomBytes(32);
  const adminToken = randomBytes(32).toString('base64url');
  await ensureInstallationAdministrator(fresh.database, adminToken);
  const environment = { ...environmentOf(fresh.url, encryptionKey), ...surroundings };
  const clients: Gantry[] = [];
  const as = async (token: string | null): Promise<Gantry> => {
    const client = await connectGantry({
      environment,
      ...(token === null ? {} : { token }),
    });
    clients.push(client);
    return client;
  };
  return {
    database: fresh.database,
    encryptionKey,
    environment,
    adminToken,
    admin: await as(adminToken),
    as,
    dump: () => dumpTables(fresh.database),
    async close() {
      await Promise.all(clients.map((client) => client.close()));
      await fresh.drop();
    },
  };
}

function environmentOf(url: string, encryptionKey: Uint8Array): Record<string, string> {
  return {
    GANTRY_DATABASE_URL: url,
    GANTRY_TEMPORAL_ADDRESS: '127.0.0.1:7233',
    GANTRY_TEMPORAL_UI_URL: 'http://127.0.0.1:8233',
    GANTRY_S3_ENDPOINT: 'http://127.0.0.1:9000',
    GANTRY_S3_ACCESS_KEY: 'unused',
    GANTRY_S3_SECRET_KEY: 'unused',
    GANTRY_ENCRYPTION_KEY: Buffer.from(encryptionKey).toString('base64'),
  };
}

async function dumpTables(database: Database): Promise<string> {
  const tables = await database('pg_tables')
    .where('schemaname', 'public')
    .orderBy('tablename')
    .pluck<string[]>('tablename');
  const parts: string[] = [];
  for (const table of tables) {
    const rows = await database(table).select<{ line: string }[]>(
      database.raw('??::text as line', [table]),
    );
    parts.push(table, ...rows.map((row) => row.line));
  }
  return parts.join('\n');
}
