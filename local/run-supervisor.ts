import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { isPipelineError, PipelineError } from '../schemas/pipeline-error';
import { launchServers } from './launch-servers';
import { capLogFiles } from './log-files';
import { ownMark } from './process-identity';
import { credentialFiles } from './stack-credentials';
import { buildStackEnvironment, buildWorkerEnvironment } from './stack-environment';
import { endOrphans, ensureHome, withHomeLock } from './stack-home';
import { buildStackPaths, type StackPaths } from './stack-paths';
import type { StackCommand, StackPlan } from './stack-plan';
import type { PartStatus } from './stack-state';
import { createStateRecorder, type StateRecorder } from './state-recorder';
import { SupervisedChild } from './supervised-child';

/** What a supervisor runs, and when it ends. */
export interface SupervisorOptions {
  readonly home: string;
  readonly plan: StackPlan;
  /** Aborted when the stack shall stop. */
  readonly signal: AbortSignal;
  readonly onProgress?: (status: PartStatus) => void;
  readonly onReady?: () => void;
  readonly log?: (line: string) => void;
}

type Environment = Record<string, string>;

/**
 * Runs a whole stack until the signal: servers, preparation, workers; whatever dies is started
 * again. Resolves after everything was stopped cleanly, workers first, PostgreSQL last; throws when
 * the stack cannot be started, after stopping what was.
 */
export async function runSupervisor(options: SupervisorOptions): Promise<void> {
  const paths = buildStackPaths(options.home);
  ensureHome(paths);
  const recorder = createStateRecorder(paths, options.onProgress ?? (() => undefined));
  await withHomeLock(paths, async () => {
    await endOrphans(paths);
    recorder.write({ owner: ownMark(), phase: 'starting', failure: null });
  });
  const children: SupervisedChild[] = [];
  const stopCapping = capLogFiles(paths.logs);
  try {
    await startEverything({ options, paths, recorder, children });
    recorder.write({ phase: 'running' });
    options.onReady?.();
    await untilAborted(options.signal);
    await stopEverything(children);
    recorder.write({ owner: null, phase: 'stopped' });
  } catch (error) {
    await stopEverything(children);
    const stopped = options.signal.aborted;
    recorder.write({
      owner: null,
      phase: stopped ? 'stopped' : 'failed',
      failure: stopped ? null : describe(error),
    });
    if (!stopped) throw error;
  } finally {
    stopCapping();
  }
}

interface Start {
  readonly options: SupervisorOptions;
  readonly paths: StackPaths;
  readonly recorder: StateRecorder;
  readonly children: SupervisedChild[];
}

async function startEverything({ options, paths, recorder, children }: Start): Promise<void> {
  const { plan, signal, log } = options;
  const launched = await launchServers({ paths, recorder, ...(log === undefined ? {} : { log }) });
  children.push(...launched.children);
  signal.throwIfAborted();
  const env = buildWorkerEnvironment(process.env, buildStackEnvironment(paths, launched.ports));
  const adminTokenFile = credentialFiles(paths).adminTokenFile;
  for (const command of plan.prepare) {
    log?.(`Running ${command.name} …`);
    const prepareEnv = { ...env, ...command.env, GANTRY_ADMIN_TOKEN_FILE: adminTokenFile };
    await runToEnd(command, { paths, env: prepareEnv, signal });
  }
  const workers = plan.workers.map((command) => createWorker({ command, paths, env }, recorder));
  children.unshift(...workers);
  await Promise.all(workers.map((worker) => worker.start()));
}

function createWorker(
  { command, paths, env }: { command: StackCommand; paths: StackPaths; env: Environment },
  recorder: StateRecorder,
): SupervisedChild {
  return new SupervisedChild(
    {
      name: command.name,
      command: command.command,
      args: command.args,
      env: { ...env, ...command.env },
      logFile: join(paths.logs, `${command.name}.log`),
      readyTimeoutMs: 120_000,
      stopSignal: 'SIGTERM',
      stopTimeoutMs: Number(env['GANTRY_SHUTDOWN_GRACE_MS'] ?? 20_000) + 10_000,
    },
    recorder.record,
  );
}

/** Runs a program to its end; throws `StackStartFailed` naming its log when that is not a good one. */
async function runToEnd(
  { name, command, args }: StackCommand,
  { paths, env, signal }: { paths: StackPaths; env: Environment; signal: AbortSignal },
): Promise<void> {
  const logFile = join(paths.logs, `${name}.log`);
  const log = openSync(logFile, 'a', 0o600);
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      const child = spawn(command, args, { env, signal, stdio: ['ignore', log, log] });
      child.once('error', reject);
      child.once('exit', resolve);
    });
    if (code !== 0) throw new PipelineError('StackStartFailed', { part: name, log: logFile });
  } finally {
    closeSync(log);
  }
}

/** Workers drain while the servers still answer; then the servers, PostgreSQL last. */
async function stopEverything(children: readonly SupervisedChild[]): Promise<void> {
  const isWorker = (child: SupervisedChild) => child.plan.probe === undefined;
  await Promise.all(children.filter(isWorker).map((worker) => worker.stop()));
  for (const server of children.filter((child) => !isWorker(child))) await server.stop();
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

function describe(error: unknown) {
  const known = isPipelineError(error)
    ? error
    : new PipelineError('InternalError', { reason: String(error) });
  return { code: known.code, message: known.message, fix: known.fix };
}
