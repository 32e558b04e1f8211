import { PipelineError } from '../schemas/pipeline-error';
import { launchServers } from './launch-servers';
import { capLogFiles } from './log-files';
import { sendSignal } from './end-process';
import { ownMark } from './process-identity';
import { buildStackEnvironment, type StackEnvironment } from './stack-environment';
import { endOrphans, ensureHome, withHomeLock } from './stack-home';
import { buildStackPaths } from './stack-paths';
import type { StackPorts } from './stack-ports';
import { createStateRecorder } from './state-recorder';
import type { SupervisedChild } from './supervised-child';

/** The servers of the embedded stack. */
export type ServerName = 'postgres' | 'temporal' | 'objectStore';

/** Where the servers keep their data, and who is told how the start goes. */
export interface StartServersOptions {
  readonly home: string;
  readonly log?: (line: string) => void;
}

/** Servers that run as children of this process and are started again when they die. */
export interface RunningServers {
  readonly environment: StackEnvironment;
  readonly ports: StackPorts;
  /** The process numbers as they are now; one is undefined while its server is being restarted. */
  readonly pids: Readonly<Record<ServerName, number | undefined>>;
  /** Ends a server cleanly and starts it again; resolves once it answers. */
  readonly restart: (name: ServerName) => Promise<void>;
  /** Ends all servers cleanly; nothing runs afterwards, the data stays. */
  readonly stop: () => Promise<void>;
}

/**
 * Starts the three servers of the embedded stack, without workers, and resolves once all answer.
 * Throws `StackAlreadyRunning` when the folder's stack runs.
 *
 * @example const servers = await startServers({ home: '/tmp/my-stack' });
 */
export async function startServers({ home, log }: StartServersOptions): Promise<RunningServers> {
  const paths = buildStackPaths(home);
  ensureHome(paths);
  const recorder = createStateRecorder(paths, () => undefined);
  const { ports, children } = await withHomeLock(paths, async () => {
    await endOrphans(paths);
    recorder.write({ owner: ownMark(), phase: 'starting', failure: null });
    return launchServers({ paths, recorder, ...(log === undefined ? {} : { log }) });
  }).catch((error: unknown) => {
    releaseOwnership(error, recorder.write);
    throw error;
  });
  recorder.write({ phase: 'running' });
  const stopCapping = capLogFiles(paths.logs);
  const endAll = () => children.forEach(interrupt);
  process.once('exit', endAll);
  return {
    environment: buildStackEnvironment(paths, ports),
    ports,
    get pids() {
      return Object.fromEntries(children.map(pidOf)) as Record<ServerName, number | undefined>;
    },
    restart: (name) => childNamed(children, name).restart(),
    stop: async () => {
      process.off('exit', endAll);
      stopCapping();
      await stopInOrder(children);
      recorder.write({ owner: null, phase: 'stopped' });
    },
  };
}

/** Temporal comes before PostgreSQL, so that what uses a server ends before it. */
async function stopInOrder(children: readonly SupervisedChild[]): Promise<void> {
  for (const child of children) await child.stop();
}

function releaseOwnership(
  error: unknown,
  write: (change: { owner: null; phase: 'failed' }) => void,
) {
  const foreign =
    error instanceof PipelineError && /^Stack(AlreadyRunning|Locked|StateU)/.test(error.code);
  if (!foreign) write({ owner: null, phase: 'failed' });
}

function pidOf(child: SupervisedChild): readonly [string, number | undefined] {
  return [child.plan.name, child.status.process?.pid];
}

function childNamed(children: readonly SupervisedChild[], name: ServerName): SupervisedChild {
  const child = children.find((one) => one.plan.name === name);
  if (child === undefined) throw new PipelineError('InternalError', { part: name });
  return child;
}

function interrupt(child: SupervisedChild): void {
  if (child.status.process !== null) sendSignal(child.status.process, child.plan.stopSignal);
}
