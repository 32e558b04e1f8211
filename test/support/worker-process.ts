import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const program = join(__dirname, '..', '..', 'dist', 'workers', 'main.js');
const stopWithinMs = 30_000;

/** A worker that runs as a process of its own. */
export interface WorkerProcess {
  readonly pid: number;
  /** Everything it has written. */
  logs(): string;
  /** Ends it at once, as a crash would; resolves once it is gone. */
  kill(): Promise<void>;
  /** Ends it cleanly; safe to repeat, and after a kill. */
  stop(): Promise<void>;
}

/** Starts a worker with these settings and resolves once it polls; rejects when it ends before. */
export async function startWorkerProcess(
  settings: Readonly<Record<string, string>>,
): Promise<WorkerProcess> {
  const child = spawn(process.execPath, [program], {
    env: { PATH: process.env['PATH'] ?? '', GANTRY_SHUTDOWN_GRACE_MS: '1000', ...settings },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let written = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => (written += text));
  }
  const gone = once(child, 'exit');
  const ready = once(child, 'message').then(() => 'ready');
  if ((await Promise.race([ready, gone.then(() => 'gone')])) === 'gone') {
    throw new Error(`The worker ended before it was ready:\n${written}`);
  }
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    const timer = setTimeout(() => child.kill('SIGKILL'), stopWithinMs);
    await gone;
    clearTimeout(timer);
  };
  return {
    pid: child.pid ?? 0,
    logs: () => written,
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
  };
}
