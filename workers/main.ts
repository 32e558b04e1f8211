import { readFileSync } from 'node:fs';
import { DefaultLogger, makeTelemetryFilterString, Runtime } from '@temporalio/worker';
import { parseSettings } from '../schemas/settings';
import { createLogger } from './logger';
import { createWorker } from './create-worker';

/** The worker process: settings from the environment, stops cleanly on SIGTERM and SIGINT. */
async function main(): Promise<void> {
  const settings = parseSettings(process.env, (path) => readFileSync(path, 'utf8'));
  const logger = createLogger(settings.logLevel);
  const { metricsAddress } = settings.worker;
  Runtime.install({
    logger: new DefaultLogger('INFO', ({ level, message, meta }) => {
      const { error, ...rest }: Record<string, unknown> = meta ?? {};
      const line = error === undefined ? rest : { ...rest, err: error };
      if (level === 'ERROR') logger.error(line, message);
      else if (level === 'WARN') logger.warn(line, message);
      else logger.debug(line, message);
    }),
    shutdownSignals: [],
    telemetryOptions: {
      // What the SDK's core says goes through the same log.
      logging: { forward: {}, filter: makeTelemetryFilterString({ core: 'WARN', other: 'ERROR' }) },
      ...(metricsAddress === undefined
        ? {}
        : { metrics: { prometheus: { bindAddress: metricsAddress } } }),
    },
  });
  const worker = await createWorker(settings, logger);
  process.once('SIGTERM', () => worker.stop());
  process.once('SIGINT', () => worker.stop());
  logger.info({ roles: settings.worker.roles, queues: settings.taskQueues }, 'worker started');
  // A supervisor that started this process with a channel waits for it.
  process.send?.('ready');
  await worker.run();
  logger.info('worker stopped');
}

main().catch((error: unknown) => {
  createLogger('error').fatal({ err: error }, 'worker failed');
  process.exitCode = 1;
});
