import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Connection } from '@temporalio/client';
import { searchAttributeNames } from '../../schemas/messages';
import type { ChildPlan } from '../supervised-child';
import type { ServerContext } from './server-context';

// Without these the one history shard of a development server answers 20 times a second at most.
const dynamicConfig = [
  'history.transferProcessorMaxPollRPS=1000',
  'history.timerProcessorMaxPollRPS=1000',
];
const sqlitePragmas = ['journal_mode=WAL', 'synchronous=NORMAL'];

/** How Temporal is started: on a file of its own per server version, as none is migrated. */
export function planTemporal({ paths, ports, binaries }: ServerContext): ChildPlan {
  const folder = join(paths.data, 'temporal');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return {
    name: 'temporal',
    command: binaries.temporal.path,
    args: [
      ...['server', 'start-dev', '--ip', '127.0.0.1', '--ui-ip', '127.0.0.1'],
      ...['--db-filename', join(folder, `temporal-${binaries.temporal.version}.db`)],
      ...['--port', String(ports.temporal), '--ui-port', String(ports.temporalUi)],
      ...['--http-port', String(ports.temporalHttp)],
      ...['--metrics-port', String(ports.temporalMetrics)],
      ...['--namespace', 'gantry', '--ui-disable-news-fetch', '--log-level', 'warn'],
      ...Object.values(searchAttributeNames).flatMap((name) => [
        '--search-attribute',
        `${name}=Keyword`,
      ]),
      ...dynamicConfig.flatMap((value) => ['--dynamic-config-value', value]),
      ...sqlitePragmas.flatMap((value) => ['--sqlite-pragma', value]),
    ],
    // A home of its own: no configuration of the person's own `temporal` may change the server.
    env: { PATH: process.env['PATH'] ?? '', HOME: folder },
    cwd: folder,
    logFile: join(paths.logs, 'temporal.log'),
    probe: () => answersTemporal(`127.0.0.1:${ports.temporal}`),
    readyTimeoutMs: 120_000,
    stopSignal: 'SIGINT',
    stopTimeoutMs: 30_000,
  };
}

/** True when Temporal at this address knows the namespace `gantry`; fails otherwise. */
export async function answersTemporal(address: string): Promise<boolean> {
  const connection = await Connection.connect({ address, connectTimeout: 2000 });
  try {
    await connection.withDeadline(Date.now() + 2000, () =>
      connection.workflowService.describeNamespace({ namespace: 'gantry' }),
    );
    return true;
  } finally {
    await connection.close();
  }
}
