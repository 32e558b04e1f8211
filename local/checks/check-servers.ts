import { Connection } from '@temporalio/client';
import { answersObjectStore } from '../servers/minio';
import { answersPostgres } from '../servers/postgres';
import { answersTemporal } from '../servers/temporal';
import type { StackEnvironment } from '../stack-environment';
import type { StackStatus } from '../stack-status';
import { runCheck, type Check, type Verdict } from './check';

/** A stack that was started at least once. */
export interface ServersToCheck {
  readonly environment: StackEnvironment;
  readonly status: StackStatus;
  /** Reads the database password. */
  readonly password: () => string;
}

const workflowQueue = 1;
const activityQueue = 2;
// A poll lasts about a minute, so a worker that lives was seen within two.
const livePollerMs = 120_000;

/** Checks that every part of a stack runs and answers, and that workers take work. */
export function checkServers({ environment, status, password }: ServersToCheck): Promise<Check[]> {
  const variable = (name: string) => environment[name] ?? '';
  const address = variable('GANTRY_TEMPORAL_ADDRESS');
  const endpoint = variable('GANTRY_S3_ENDPOINT');
  const databasePort = Number(new URL(variable('GANTRY_DATABASE_URL')).port);
  const queues = [variable('GANTRY_CONTROL_TASK_QUEUE'), variable('GANTRY_BULK_TASK_QUEUE')];
  const up = 'Start the stack: gantry up. The logs are in the folder logs of the stack.';
  return Promise.all([
    runCheck('supervisor', () => lookAtSupervisor(status), up),
    runCheck('ports', () => ({ detail: describePorts(environment) }), up),
    runCheck('postgres', () => answered(answersPostgres(databasePort, password())), up),
    runCheck('temporal', () => answered(answersTemporal(address)), up),
    runCheck('object-store', () => answered(answersObjectStore(endpoint)), up),
    ...queues.map((queue) => runCheck(`worker ${queue}`, () => lookAtQueue(address, queue), up)),
  ]);
}

function lookAtSupervisor({ state, parts }: StackStatus): Verdict {
  const bad = parts.filter((part) => part.state !== 'running').map((part) => part.name);
  if (state === 'running' && bad.length === 0) return { detail: `${parts.length} parts run` };
  const detail = bad.length === 0 ? state : `${state}; not running: ${bad.join(', ')}`;
  return { detail, fix: 'Start the stack: gantry up; gantry status shows its parts.' };
}

function describePorts(environment: StackEnvironment): string {
  const urls = ['GANTRY_DATABASE_URL', 'GANTRY_TEMPORAL_ADDRESS', 'GANTRY_TEMPORAL_UI_URL'];
  return [...urls, 'GANTRY_S3_ENDPOINT'].map((name) => environment[name] ?? '').join(', ');
}

async function answered(question: Promise<boolean>): Promise<Verdict> {
  if (await question) return { detail: 'answers' };
  return { detail: 'answers, but is not ready', fix: 'Wait a moment; then read its log.' };
}

async function lookAtQueue(address: string, queue: string): Promise<Verdict> {
  const connection = await Connection.connect({ address, connectTimeout: 2000 });
  try {
    const seen = await Promise.all(
      [workflowQueue, activityQueue].map((taskQueueType) =>
        connection.workflowService.describeTaskQueue({
          namespace: 'gantry',
          taskQueue: { name: queue },
          // eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment -- the enum lies in a package that is no dependency of ours
          taskQueueType,
        }),
      ),
    );
    const pollers = seen
      .flatMap((answer) => answer.pollers)
      .filter((poller) => {
        const seconds = Number(poller.lastAccessTime?.seconds ?? 0);
        return Date.now() - seconds * 1000 < livePollerMs;
      });
    const names = [...new Set(pollers.map((poller) => poller.identity ?? ''))];
    if (names.length > 0) return { detail: `polled by ${names.join(', ')}` };
    return {
      detail: 'no worker polls',
      fix: 'gantry status shows the workers; read logs/worker-1.log.',
    };
  } finally {
    await connection.close();
  }
}
