import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { PipelineError } from '../schemas/pipeline-error';
import { endProcess } from './end-process';
import { readProcessIdentity, type ProcessMark } from './process-identity';
import type { PartState, PartStatus } from './stack-state';

/** How a process of the stack is started, known to be ready, and ended. */
export interface ChildPlan {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly user?: { readonly uid: number; readonly gid: number };
  /** Standard output and error are appended to this file. */
  readonly logFile: string;
  /** Asked again and again until it says true; without it, the child sends the message `ready`. */
  readonly probe?: () => Promise<boolean>;
  readonly readyTimeoutMs: number;
  readonly stopSignal: NodeJS.Signals;
  readonly stopTimeoutMs: number;
}

const probeEveryMs = 50;
const firstPauseMs = 100;
const longestPauseMs = 10_000;
const ranWellMs = 1000;
const failedAfter = 5;

type FirstOutcome = 'ready' | 'failed' | 'late' | 'stopped';

/** A process that is started again, with a growing pause, whenever it ends without being asked to. */
export class SupervisedChild {
  readonly plan: ChildPlan;
  readonly #onChange: (status: PartStatus) => void;
  #state: PartState = 'stopped';
  #mark: ProcessMark | null = null;
  #startedAt: string | null = null;
  #restarts = 0;
  #failures = 0;
  #stopping = new AbortController();
  #loop: Promise<void> = Promise.resolve();

  constructor(plan: ChildPlan, onChange: (status: PartStatus) => void) {
    this.plan = plan;
    this.#onChange = onChange;
  }

  get status(): PartStatus {
    return {
      name: this.plan.name,
      state: this.#state,
      process: this.#mark,
      startedAt: this.#startedAt,
      restarts: this.#restarts,
    };
  }

  /** Starts the process and resolves once it is ready; throws `StackStartFailed` when it never is. */
  async start(): Promise<void> {
    this.#stopping = new AbortController();
    this.#failures = 0;
    const { signal } = this.#stopping;
    const outcome = await new Promise<FirstOutcome>((resolve) => {
      const timer = setTimeout(() => resolve('late'), this.plan.readyTimeoutMs);
      this.#loop = this.#keepAlive(signal, (first) => {
        clearTimeout(timer);
        resolve(first);
      });
    });
    if (outcome === 'ready') return;
    await this.stop();
    throw new PipelineError('StackStartFailed', { part: this.plan.name, log: this.plan.logFile });
  }

  /** Ends the process if it runs, and starts a new one; resolves once that is ready. */
  async restart(): Promise<void> {
    await this.stop();
    this.#restarts += 1;
    await this.start();
  }

  /** Ends the process in its own clean way, and by force after its time; resolves once it is gone. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    if (this.#mark !== null) {
      const { stopSignal: signal, stopTimeoutMs: timeoutMs } = this.plan;
      await endProcess(this.#mark, { signal, timeoutMs });
    }
    await this.#loop;
    this.#change('stopped', null);
  }

  async #keepAlive(signal: AbortSignal, settle: (first: FirstOutcome) => void): Promise<void> {
    do {
      const readyAt = await this.#runOnce(signal, settle);
      if (await this.#pauseBeforeRestart(readyAt, signal)) settle('failed');
    } while (!signal.aborted);
    settle('stopped');
  }

  /** Runs the process to its end and says when it was ready, if it ever was. */
  async #runOnce(
    signal: AbortSignal,
    settle: (first: FirstOutcome) => void,
  ): Promise<number | undefined> {
    const child = this.#spawn();
    if (child === undefined) return undefined;
    const exited = waitForExit(child);
    if (!(await this.#waitUntilReady(child, exited, signal))) {
      await exited;
      return undefined;
    }
    const readyAt = Date.now();
    this.#change('running', this.#mark);
    settle('ready');
    await exited;
    return readyAt;
  }

  /** True when the process ended so often that something must be wrong with it. */
  async #pauseBeforeRestart(readyAt: number | undefined, signal: AbortSignal): Promise<boolean> {
    if (signal.aborted) return false;
    const ranWell = readyAt !== undefined && Date.now() - readyAt >= ranWellMs;
    this.#failures = ranWell ? 1 : this.#failures + 1;
    this.#restarts += 1;
    this.#change(this.#failures < failedAfter ? 'starting' : 'failed', null);
    const pauseMs = Math.min(firstPauseMs * 2 ** (this.#failures - 1), longestPauseMs);
    await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
    return this.#failures >= failedAfter;
  }

  #spawn(): ChildProcess | undefined {
    const { plan } = this;
    let log: number | undefined;
    try {
      log = openSync(plan.logFile, 'a', 0o600);
      const child = spawn(plan.command, plan.args, {
        env: plan.env,
        ...(plan.cwd === undefined ? {} : { cwd: plan.cwd }),
        ...plan.user,
        // A group of its own: Ctrl-C in a terminal reaches the supervisor only, which keeps the order.
        detached: true,
        stdio: plan.probe === undefined ? ['ignore', log, log, 'ipc'] : ['ignore', log, log],
      });
      this.#startedAt = new Date().toISOString();
      this.#change(this.#failures < failedAfter ? 'starting' : 'failed', markOf(child));
      return child;
    } catch {
      // A full disk or too many processes: tried again after the pause.
      return undefined;
    } finally {
      if (log !== undefined) closeSync(log);
    }
  }

  async #waitUntilReady(
    child: ChildProcess,
    exited: Promise<void>,
    signal: AbortSignal,
  ): Promise<boolean> {
    const gone = exited.then(() => false);
    const { probe } = this.plan;
    if (probe === undefined) return Promise.race([gone, waitForReadyMessage(child)]);
    while (this.#isAlive() && !signal.aborted) {
      const answered = await Promise.race([gone, probe().catch(() => false)]);
      if (answered && this.#isAlive()) return true;
      await sleep(probeEveryMs);
    }
    return false;
  }

  /** Another process may answer on the port of one that is gone already. */
  #isAlive(): boolean {
    return this.#mark !== null && readProcessIdentity(this.#mark.pid) === this.#mark.identity;
  }

  #change(state: PartState, mark: ProcessMark | null): void {
    this.#state = state;
    this.#mark = mark;
    if (mark === null) this.#startedAt = null;
    this.#onChange(this.status);
  }
}

function markOf(child: ChildProcess): ProcessMark | null {
  const identity = child.pid === undefined ? undefined : readProcessIdentity(child.pid);
  return child.pid === undefined || identity === undefined ? null : { pid: child.pid, identity };
}

function waitForExit(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
}

function waitForReadyMessage(child: ChildProcess): Promise<boolean> {
  return new Promise((resolve) => {
    child.on('message', (message) => {
      if (message === 'ready') resolve(true);
    });
  });
}
