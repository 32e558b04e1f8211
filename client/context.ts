import { Client, Connection } from '@temporalio/client';
import type { Settings } from '../schemas/settings';
import { authenticate, type Caller } from '../store/people/authenticate';
import { connectDatabase, type Database } from '../store/database/connect';
import { PipelineError } from '../schemas/pipeline-error';

/** What every part of the client works with; opened once, shared by all. */
export interface ClientContext {
  readonly settings: Settings;
  readonly database: Database;
  /** Who presented the token; throws `Unauthenticated`. */
  caller(): Promise<Caller>;
  /** The Temporal client, connected at the first call; throws `TemporalUnavailable`. */
  temporal(): Promise<Client>;
  close(): Promise<void>;
}

/** Opens a context; nothing connects before it is needed. */
export function openContext(settings: Settings, token: string | undefined): ClientContext {
  const database = connectDatabase({
    url: settings.database.url,
    poolMax: 4,
    applicationName: 'gantry client',
  });
  let connection: Promise<Connection> | undefined;
  return {
    settings,
    database,
    // Asked at every call, so that a token that is revoked ends a long connection too.
    caller: () => authenticate(database, token),
    async temporal() {
      connection ??= connectTemporal(settings.temporal.address);
      return new Client({ connection: await connection, namespace: settings.temporal.namespace });
    },
    async close() {
      await database.destroy();
      await (await connection?.catch(() => undefined))?.close();
    },
  };
}

async function connectTemporal(address: string): Promise<Connection> {
  try {
    return await Connection.connect({ address, connectTimeout: '10s' });
  } catch (error) {
    throw new PipelineError('TemporalUnavailable', { address }, { cause: error });
  }
}
