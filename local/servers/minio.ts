import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { readSecret } from '../stack-credentials';
import type { ChildPlan } from '../supervised-child';
import type { ServerContext } from './server-context';

/** How the object store is started; its credentials go by environment, as arguments show in `ps`. */
export function planMinio({ paths, ports, binaries, credentials }: ServerContext): ChildPlan {
  const folder = join(paths.data, 'objects');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return {
    name: 'objectStore',
    command: binaries.minio.path,
    args: [
      ...['server', '--quiet', '--address', `127.0.0.1:${ports.objectStore}`],
      ...['--console-address', `127.0.0.1:${ports.objectStoreConsole}`, folder],
    ],
    env: {
      PATH: process.env['PATH'] ?? '',
      // It keeps a folder of certificates in its home, which must not look like a bucket.
      HOME: paths.data,
      MINIO_ROOT_USER: readSecret(credentials.accessKeyFile),
      MINIO_ROOT_PASSWORD: readSecret(credentials.secretKeyFile),
      MINIO_BROWSER: 'on',
      MINIO_BROWSER_REDIRECT: 'off',
      MINIO_UPDATE: 'off',
    },
    cwd: paths.data,
    logFile: join(paths.logs, 'object-store.log'),
    probe: () => answersObjectStore(`http://127.0.0.1:${ports.objectStore}`),
    readyTimeoutMs: 120_000,
    stopSignal: 'SIGTERM',
    stopTimeoutMs: 30_000,
  };
}

/** True when the object store at this endpoint says it is live; fails when nothing listens. */
export async function answersObjectStore(endpoint: string): Promise<boolean> {
  const answer = await fetch(`${endpoint}/minio/health/live`, {
    signal: AbortSignal.timeout(2000),
  });
  return answer.ok;
}
