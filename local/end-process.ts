import { setTimeout as sleep } from 'node:timers/promises';
import { isRunning, type ProcessMark } from './process-identity';

/** How a process is asked to end, and how long it may take before it is killed. */
export interface EndOptions {
  readonly signal: NodeJS.Signals;
  readonly timeoutMs: number;
}

/** Ends the marked process and waits until it is gone; another process with its number is spared. */
export async function endProcess(mark: ProcessMark, options: EndOptions): Promise<void> {
  if (!sendSignal(mark, options.signal)) return;
  if (await waitUntilGone(mark, options.timeoutMs)) return;
  sendSignal(mark, 'SIGKILL');
  await waitUntilGone(mark, options.timeoutMs);
}

/** Sends a signal to the marked process if it still runs, and says whether it did. */
export function sendSignal(mark: ProcessMark, signal: NodeJS.Signals): boolean {
  if (!isRunning(mark)) return false;
  try {
    return process.kill(mark.pid, signal);
  } catch {
    return false;
  }
}

/** Waits until the marked process is gone; false when it still runs after the time. */
export async function waitUntilGone(mark: ProcessMark, timeoutMs: number): Promise<boolean> {
  const until = Date.now() + timeoutMs;
  while (isRunning(mark)) {
    if (Date.now() > until) return false;
    await sleep(25);
  }
  return true;
}
