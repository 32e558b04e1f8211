import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { NativeConnection, Worker, type WorkerOptions } from '@temporalio/worker';
import type { Logger } from 'pino';
import { createBulkActivities, createControlActivities, type Dependencies } from '../activities';
import { createTcpConnectionTester } from '../activities/adapters/connection-tester/tcp/tcp-connection-tester';
import { createS3ObjectStore } from '../activities/adapters/object-store/s3/s3-object-store';
import { PipelineError } from '../schemas/pipeline-error';
import type { Settings } from '../schemas/settings';
import { connectDatabase } from '../store/database/connect';
import { interceptActivities } from './activity-interceptor';
import { startWebhookCourier } from './webhook-courier';

/** A worker process: what it polls, until it is told to stop. */
export interface GantryWorker {
  /** Resolves when it has stopped and let go of everything; rejects when it cannot go on. */
  run(): Promise<void>;
  /** Lets what is under way end within the grace time, then stops. */
  stop(): void;
}

/** Heartbeats are sent at least so often, also where an activity may be silent for longer. */
const noticeWithinMs = 2_000;

/** How long a source may take to answer when it is tried (REL-45). */
const sourceTestMs = 5_000;

/**
 * Each takes a quarter of a MiB, and most wait for days: for people, or for the end of a retention
 * time. One that is asked for again is replayed from its history in milliseconds.
 */
const maxCachedWorkflows = 40;

/** The workflow bundle that `npm run build` makes. */
export const workflowBundlePath = join(__dirname, '..', 'workflow-bundle.js');

/** Builds the workers of the roles in the settings: control (workflows, light activities), bulk (streams), or both (RUN-28). */
export async function createWorker(
  settings: Settings,
  logger: Logger,
  bundlePath = workflowBundlePath,
): Promise<GantryWorker> {
  if (!existsSync(bundlePath))
    throw new PipelineError('WorkflowBundleMissing', { path: bundlePath });
  const { worker, database, objectStore, encryptionKey } = settings;
  const pool = connectDatabase({ ...database, applicationName: 'gantry worker' });
  const dependencies = {
    database: pool,
    objectStore: createS3ObjectStore(objectStore),
    encryptionKey,
    publishing: { connectionTester: createTcpConnectionTester({ timeoutMs: sourceTestMs }) },
  };
  const connection = await NativeConnection.connect({ address: settings.temporal.address });
  const shared = {
    connection,
    namespace: settings.temporal.namespace,
    shutdownGraceTime: worker.shutdownGraceMs,
    shutdownForceTime: worker.shutdownGraceMs + 5_000,
    // A pause, a reset and a cancellation come with the answer to a heartbeat (RUN-5).
    maxHeartbeatThrottleInterval: noticeWithinMs,
    interceptors: { activity: [interceptActivities(logger)] },
  };
  const workers = await createWorkers({ settings, dependencies, shared, bundlePath });
  return {
    async run() {
      const courier = worker.roles.includes('control')
        ? startWebhookCourier(settings, pool, logger)
        : undefined;
      try {
        await Promise.all(workers.map((each) => each.run()));
      } finally {
        await courier?.stop();
        await connection.close();
        await pool.destroy();
      }
    },
    stop() {
      for (const each of workers) if (each.getState() === 'RUNNING') each.shutdown();
    },
  };
}

/** One for each role. */
async function createWorkers({
  settings: { worker, taskQueues },
  dependencies,
  shared,
  bundlePath,
}: {
  readonly settings: Settings;
  readonly dependencies: Dependencies;
  readonly shared: Omit<WorkerOptions, 'taskQueue'>;
  readonly bundlePath: string;
}): Promise<Worker[]> {
  const workers: Worker[] = [];
  if (worker.roles.includes('control')) {
    workers.push(
      await Worker.create({
        ...shared,
        taskQueue: taskQueues.control,
        workflowBundle: { codePath: bundlePath },
        activities: createControlActivities(dependencies),
        maxCachedWorkflows,
        maxConcurrentActivityTaskExecutions: 20,
      }),
    );
  }
  if (worker.roles.includes('bulk')) {
    workers.push(
      await Worker.create({
        ...shared,
        taskQueue: taskQueues.bulk,
        activities: createBulkActivities(dependencies),
        maxConcurrentActivityTaskExecutions: worker.bulkConcurrency,
      }),
    );
  }
  return workers;
}
