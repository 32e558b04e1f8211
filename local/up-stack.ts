import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PipelineError } from '../schemas/pipeline-error';
import { packageRoot } from './package-root';
import { isRunning } from './process-identity';
import { runSupervisor } from './run-supervisor';
import { findServerBinaries } from './server-binaries';
import { ensureHome } from './stack-home';
import { buildStackPaths, type StackPaths } from './stack-paths';
import { buildStackPlan, type StackPlan } from './stack-plan';
import { readStackState, type PartStatus, type StackState } from './stack-state';
import { stackStatus, type StackStatus } from './stack-status';

/** How a stack is started. */
export interface UpStackOptions {
  readonly home: string;
  /** Stay in this process and run until SIGINT or SIGTERM. @default false */
  readonly foreground?: boolean;
  /** Worker processes. @default 1 */
  readonly workerCount?: number;
  /** What runs on the servers. @default Gantry's own preparation and workers */
  readonly plan?: StackPlan;
  /** Told of every change of a part. */
  readonly onProgress?: (status: PartStatus) => void;
  /** Told what goes on while servers are looked for or built. */
  readonly log?: (line: string) => void;
}

const pollEveryMs = 100;

/**
 * Starts the stack of a folder and resolves once all of it is ready; one that runs already is left
 * as it is. Throws what kept it from starting, such as `StackStartFailed` or `ServerMissing`.
 * In the foreground it resolves after the stack was stopped.
 *
 * @example const { parts } = await upStack({ home: '.gantry' });
 */
export async function upStack(options: UpStackOptions): Promise<StackStatus> {
  const paths = buildStackPaths(options.home);
  ensureHome(paths);
  const plan = options.plan ?? buildStackPlan(options.workerCount ?? 1);
  if (findOwned(paths) === undefined) {
    if (options.foreground === true) {
      await runInForeground({ ...options, plan });
      return stackStatus(options);
    }
    // Here, where a person sees the progress of a build, and not in the detached process.
    await findServerBinaries({ build: true, ...(options.log && { log: options.log }) });
    await startDetached(paths, { ...options, plan });
  }
  await waitUntilRunning(paths, { onProgress: options.onProgress });
  return stackStatus(options);
}

async function runInForeground(options: UpStackOptions & { plan: StackPlan }): Promise<void> {
  const stop = new AbortController();
  const abort = () => stop.abort();
  const signals = ['SIGINT', 'SIGTERM'] as const;
  for (const signal of signals) process.on(signal, abort);
  try {
    await runSupervisor({ ...options, signal: stop.signal });
  } finally {
    for (const signal of signals) process.off(signal, abort);
  }
}

/** Starts the supervisor and resolves once it owns the stack, or another one does. */
async function startDetached(
  paths: StackPaths,
  options: UpStackOptions & { plan: StackPlan },
): Promise<void> {
  const log = openSync(join(paths.logs, 'supervisor.log'), 'a', 0o600);
  const program = join(packageRoot, 'dist', 'local', 'supervisor.js');
  const child = spawn(process.execPath, ['--enable-source-maps', program, paths.home], {
    cwd: packageRoot,
    detached: true,
    env: { ...process.env, GANTRY_STACK_PLAN: JSON.stringify(options.plan) },
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  let ended = false;
  child.once('exit', () => (ended = true));
  child.once('error', () => (ended = true));
  child.unref();
  const hasEnded = () => ended;
  while (findOwned(paths) === undefined) {
    if (hasEnded()) throw toFailure(paths, readStackState(paths));
    await sleep(pollEveryMs);
  }
}

async function waitUntilRunning(
  paths: StackPaths,
  { onProgress }: { onProgress: UpStackOptions['onProgress'] },
): Promise<void> {
  const seen = new Map<string, string>();
  for (;;) {
    const state = readStackState(paths);
    for (const part of state?.parts ?? []) {
      if (seen.get(part.name) === part.state) continue;
      seen.set(part.name, part.state);
      onProgress?.(part);
    }
    if (findOwned(paths) === undefined) throw toFailure(paths, readStackState(paths));
    if (state?.phase === 'running') return;
    await sleep(pollEveryMs);
  }
}

/** The state of a stack whose owner lives. */
function findOwned(paths: StackPaths): StackState | undefined {
  const state = readStackState(paths);
  return state?.owner != null && isRunning(state.owner) ? state : undefined;
}

function toFailure(paths: StackPaths, state: StackState | undefined): PipelineError {
  const failure = state?.failure;
  return new PipelineError('StackStartFailed', {
    log: join(paths.logs, 'supervisor.log'),
    cause: failure?.code,
    reason: failure?.message,
    mending: failure?.fix,
  });
}
