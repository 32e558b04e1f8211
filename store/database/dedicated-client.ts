import { Client, type ClientConfig } from 'pg';
import { PipelineError } from '../../schemas/pipeline-error';
import type { Database } from './connect';

/**
 * Connects a client of its own, beside the pool, for a stream that keeps it busy for long; whoever
 * asks for it ends it. Throws `DatabaseUnavailable`.
 */
export async function connectDedicated(
  database: Database,
  applicationName: string,
): Promise<Client> {
  const { connectionSettings } = database.client as { readonly connectionSettings: ClientConfig };
  const client = new Client({ ...connectionSettings, application_name: applicationName });
  // A connection that dies while nobody waits for it would end the process.
  client.on('error', () => undefined);
  try {
    await client.connect();
  } catch (error) {
    throw new PipelineError('DatabaseUnavailable', {}, { cause: error });
  }
  return client;
}
