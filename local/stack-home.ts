import { chmodSync, mkdirSync } from 'node:fs';
import { lock } from 'proper-lockfile';
import { PipelineError } from '../schemas/pipeline-error';
import { endProcess } from './end-process';
import { isRunning } from './process-identity';
import type { StackPaths } from './stack-paths';
import { readStackState, writeStackState } from './stack-state';

/** Makes the folders of a stack; data may be entered (not listed) by PostgreSQL's user, secrets not. */
export function ensureHome(paths: StackPaths): void {
  const modes: readonly (readonly [string, number])[] = [
    [paths.home, 0o711],
    [paths.data, 0o711],
    [paths.logs, 0o700],
    [paths.credentials, 0o700],
  ];
  for (const [folder, mode] of modes) {
    mkdirSync(folder, { recursive: true });
    chmodSync(folder, mode);
  }
}

/** Does the work while no other process starts or stops this stack; throws `StackLocked`. */
export async function withHomeLock<T>(paths: StackPaths, work: () => Promise<T>): Promise<T> {
  const release = await lock(paths.home, {
    lockfilePath: `${paths.stateFile}.lock`,
    stale: 10_000,
    retries: { retries: 240, factor: 1, minTimeout: 500, maxTimeout: 500 },
    // The lock only orders starts; a stack that runs is protected by its owner's mark.
    onCompromised: () => undefined,
  }).catch((error: unknown) => {
    throw new PipelineError('StackLocked', { home: paths.home }, { cause: error });
  });
  try {
    return await work();
  } finally {
    await release().catch(() => undefined);
  }
}

/** Ends what a killed owner left running; throws `StackAlreadyRunning` when the owner lives. */
export async function endOrphans(paths: StackPaths): Promise<void> {
  const state = readStackState(paths);
  if (state === undefined) return;
  if (state.owner !== null && isRunning(state.owner)) {
    throw new PipelineError('StackAlreadyRunning', { home: paths.home, pid: state.owner.pid });
  }
  // Workers were recorded last and end first: they need the servers to drain.
  for (const { name, process } of [...state.parts].reverse()) {
    // SIGTERM would let PostgreSQL wait for its sessions.
    const signal = name === 'postgres' ? 'SIGINT' : 'SIGTERM';
    if (process !== null) await endProcess(process, { signal, timeoutMs: 30_000 });
  }
  writeStackState(paths, { owner: null, phase: 'stopped', parts: [] });
}
