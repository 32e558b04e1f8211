import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startServers, type RunningServers } from '../../local/start-servers';
import { parseSettings } from '../../schemas/settings';

/** What `stop-stack.ts` ends. */
export interface TestStack {
  readonly home: string;
  readonly servers: RunningServers;
}

/**
 * Starts the servers that all tests share, once, in a folder of their own, and names them in the
 * environment of the tests: the settings of a worker, and GANTRY_TEST_POSTGRES_URL.
 */
// jest asks for a default export.
// eslint-disable-next-line no-restricted-exports
export default async function startStack(): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), 'gantry-test-stack-'));
  const servers = await startServers({ home, log: (line) => process.stderr.write(`${line}\n`) });
  (globalThis as { testStack?: TestStack }).testStack = { home, servers };
  const settings = parseSettings(servers.environment, (path) => readFileSync(path, 'utf8'));
  Object.assign(process.env, servers.environment, {
    GANTRY_TEST_POSTGRES_URL: settings.database.url,
    GANTRY_TEST_HOME: home,
  });
  await prepare(servers).catch(async (error: unknown) => {
    await servers.stop();
    throw error;
  });
}

/** Makes schema, bucket and search attributes as an installation does. */
async function prepare({ environment }: RunningServers): Promise<void> {
  const program = join(__dirname, '..', '..', 'dist', 'workers', 'prepare.js');
  const code = await new Promise<number | null>((resolve, reject) => {
    const env = { ...process.env, ...environment, GANTRY_LOG_LEVEL: 'warn' };
    const child = spawn(process.execPath, [program], { env, stdio: 'inherit' });
    child.once('error', reject);
    child.once('exit', resolve);
  });
  if (code !== 0) throw new Error('The test stack could not be prepared; run npm run build first.');
}
