import { settingNames } from '../schemas/setting-variables';
import { PipelineError } from '../schemas/pipeline-error';
import { credentialFiles } from './stack-credentials';
import { buildStackPaths, type StackPaths } from './stack-paths';
import { portNames, type StackPorts } from './stack-ports';
import { readStackState } from './stack-state';

/** The settings of a process that uses the stack; secrets are named by file, never by value. */
export type StackEnvironment = Readonly<Record<string, string>>;

/**
 * The environment of the stack in `home`, running or not; throws `StackNotFound` where none was
 * ever started.
 */
export function readStackEnvironment(home: string): StackEnvironment {
  const paths = buildStackPaths(home);
  const ports = readStackState(paths)?.ports;
  if (ports === undefined || portNames.some((name) => ports[name] === undefined)) {
    throw new PipelineError('StackNotFound', { home: paths.home });
  }
  return buildStackEnvironment(paths, ports as StackPorts);
}

/** The environment that belongs to these paths and ports. */
export function buildStackEnvironment(paths: StackPaths, ports: StackPorts): StackEnvironment {
  const credentials = credentialFiles(paths);
  return {
    GANTRY_DATABASE_URL: `postgres://gantry@127.0.0.1:${ports.postgres}/gantry`,
    GANTRY_DATABASE_PASSWORD_FILE: credentials.databasePasswordFile,
    GANTRY_TEMPORAL_ADDRESS: `127.0.0.1:${ports.temporal}`,
    GANTRY_TEMPORAL_NAMESPACE: 'gantry',
    GANTRY_TEMPORAL_UI_URL: `http://127.0.0.1:${ports.temporalUi}`,
    GANTRY_S3_ENDPOINT: `http://127.0.0.1:${ports.objectStore}`,
    GANTRY_S3_REGION: 'us-east-1',
    GANTRY_S3_BUCKET: 'gantry',
    GANTRY_S3_ACCESS_KEY_FILE: credentials.accessKeyFile,
    GANTRY_S3_SECRET_KEY_FILE: credentials.secretKeyFile,
    GANTRY_ENCRYPTION_KEY_FILE: credentials.encryptionKeyFile,
    GANTRY_CONTROL_TASK_QUEUE: 'gantry-control',
    GANTRY_BULK_TASK_QUEUE: 'gantry-bulk',
  };
}

const tunable =
  /POOL_MAX|PUBLIC_ENDPOINT|WORKER|BULK_CONCURRENCY|LOG_LEVEL|_MS$|ATTEMPTS|METRICS|WEBHOOK|SWEEP|RETENTION/;

/**
 * The environment of a worker: the caller's, so that limits can be tuned there, without any
 * connection or secret of another stack, and with those of this one.
 */
export function buildWorkerEnvironment(
  outer: Readonly<Record<string, string | undefined>>,
  stack: StackEnvironment,
): Record<string, string> {
  const foreign = new Set(settingNames.filter((name) => !tunable.test(name)));
  const kept = Object.entries(outer).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && !foreign.has(entry[0]),
  );
  return { ...Object.fromEntries(kept), ...stack };
}
