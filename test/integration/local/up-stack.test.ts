import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { doctor } from '../../../local/doctor';
import { downStack } from '../../../local/down-stack';
import { isRunning, readProcessIdentity, type ProcessMark } from '../../../local/process-identity';
import { readStackEnvironment } from '../../../local/stack-environment';
import type { StackPlan } from '../../../local/stack-plan';
import { stackStatus, type PartReport } from '../../../local/stack-status';
import { upStack } from '../../../local/up-stack';

let home: string;
let plan: StackPlan;

// Small programs in the place of Gantry's own, so that the supervisor alone is under test.
const prepareProgram = `
  require('node:fs').appendFileSync(process.env.TRACE, 'prepare ' + process.env.GANTRY_ADMIN_TOKEN_FILE + '\\n');
`;
const workerProgram = `
  const { appendFileSync } = require('node:fs');
  process.on('SIGTERM', () => { appendFileSync(process.env.TRACE, 'drained\\n'); process.exit(0); });
  setInterval(() => undefined, 1000);
  appendFileSync(process.env.TRACE, 'worker ' + process.env.GANTRY_TEMPORAL_ADDRESS + '\\n');
  process.send('ready');
`;

beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'gantry-stack-'));
  const env = { TRACE: join(home, 'trace') };
  writeFileSync(join(home, 'prepare.cjs'), prepareProgram);
  writeFileSync(join(home, 'worker.cjs'), workerProgram);
  const command = process.execPath;
  plan = {
    prepare: [{ name: 'prepare', command, args: [join(home, 'prepare.cjs')], env }],
    workers: [{ name: 'worker-1', command, args: [join(home, 'worker.cjs')], env }],
  };
});

afterAll(async () => {
  await downStack({ home });
  rmSync(home, { recursive: true, force: true });
});

describe('upStack', () => {
  it('RUN-16 says that everything is stopped, and doctor says how to start, before the first start', async () => {
    const { state, parts } = stackStatus({ home });
    expect([state, ...parts.map((part) => part.state)]).toEqual(Array(5).fill('stopped'));
    expect((await doctor({ home })).find((check) => check.name === 'stack')?.ok).toBe(false);
    expect(() => readStackEnvironment(home)).toThrow(
      expect.objectContaining({ code: 'StackNotFound' }),
    );
  });

  it('RUN-16 starts servers, preparation and worker in this order', async () => {
    const seen: string[] = [];
    const status = await upStack({
      home,
      plan,
      onProgress: ({ name, state }) => seen.push(`${name} ${state}`),
    });
    expect(status.state).toBe('running');
    expect(status.parts.map((part) => [part.name, part.state])).toEqual([
      ['supervisor', 'running'],
      ['temporal', 'running'],
      ['objectStore', 'running'],
      ['postgres', 'running'],
      ['worker-1', 'running'],
    ]);
    expect(readTrace()).toEqual([
      `prepare ${join(home, 'credentials', 'admin.token')}`,
      `worker ${readStackEnvironment(home)['GANTRY_TEMPORAL_ADDRESS'] ?? ''}`,
    ]);
    expect(seen.indexOf('postgres running')).toBeLessThan(seen.indexOf('worker-1 running'));
  });

  it('RUN-16 lets doctor find every part well but the queues nobody polls', async () => {
    const sick = (await doctor({ home })).filter((check) => !check.ok);
    // What other killed servers of this machine left in memory is no matter of this stack.
    expect(sick.map((check) => check.name).filter((name) => name !== 'shared-memory')).toEqual([
      'worker gantry-control',
      'worker gantry-bulk',
    ]);
    expect(sick.every((check) => check.fix !== null)).toBe(true);
  });

  it('leaves a stack that runs as it is', async () => {
    const before = part('supervisor').pid;
    await Promise.all([upStack({ home, plan }), upStack({ home, plan })]);
    expect(part('supervisor').pid).toBe(before);
  });

  it.each(['worker-1', 'temporal', 'objectStore', 'postgres'])(
    'RUN-16 starts %s again after kill -9',
    async (name) => {
      const { pid, restarts } = part(name);
      kill(pid);
      await until(() => {
        const now = part(name);
        return now.state === 'running' && now.pid !== null && now.pid !== pid;
      });
      expect(part(name).restarts).toBe(restarts + 1);
    },
  );

  it('RUN-16 ends the orphans of a supervisor that was killed, then comes up with new ones', async () => {
    const before = stackStatus({ home }).parts;
    const marks = before.map(markOf);
    kill(part('supervisor').pid);
    await until(() => stackStatus({ home }).state === 'stopped');
    expect(marks.map(isRunning)).toEqual([false, true, true, true, true]);
    const after = (await upStack({ home, plan })).parts;
    expect(marks.map(isRunning)).toEqual([false, false, false, false, false]);
    expect(after.map((one) => one.port)).toEqual(before.map((one) => one.port));
    expect(after.map((one) => one.state)).toEqual(Array(5).fill('running'));
  });

  it('RUN-16 stops cleanly: the worker drains, no process is left', async () => {
    const marks = stackStatus({ home }).parts.map(markOf);
    expect(marks.map(isRunning)).toEqual([true, true, true, true, true]);
    expect(await downStack({ home })).toBe(true);
    expect(readTrace().at(-1)).toBe('drained');
    expect(marks.map(isRunning)).toEqual([false, false, false, false, false]);
    expect(execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' }).includes(home)).toBe(false);
    expect(await downStack({ home })).toBe(false);
  });

  it('RUN-16 reports a preparation that fails, and leaves no process', async () => {
    const failing = {
      ...plan.prepare[0],
      args: ['-e', 'process.exit(3)'],
    } as (typeof plan.prepare)[0];
    await expect(upStack({ home, plan: { ...plan, prepare: [failing] } })).rejects.toMatchObject({
      code: 'StackStartFailed',
      details: { cause: 'StackStartFailed' },
    });
    const { state, parts } = stackStatus({ home });
    expect(state).toBe('failed');
    expect(parts.map((one) => one.pid)).toEqual(Array(parts.length).fill(null));
  });

  it('RUN-16 runs in the foreground until it is told to stop', async () => {
    const program = `
      const { upStack } = require(${JSON.stringify(join(__dirname, '../../../dist/local/up-stack.js'))});
      upStack({ home: ${JSON.stringify(home)}, foreground: true, plan: ${JSON.stringify(plan)} });
    `;
    const { spawn } = await import('node:child_process');
    const child = spawn(process.execPath, ['-e', program], { stdio: 'inherit' });
    const ended = new Promise((resolve) => child.once('exit', resolve));
    await until(() => stackStatus({ home }).state === 'running');
    expect(part('supervisor').pid).toBe(child.pid);
    child.kill('SIGINT');
    expect(await ended).toBe(0);
    expect(stackStatus({ home }).state).toBe('stopped');
  });
});

function part(name: string): PartReport {
  const found = stackStatus({ home }).parts.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no part ${name}`);
  return found;
}

function kill(pid: number | null): void {
  if (pid === null) throw new Error('no process to kill');
  process.kill(pid, 'SIGKILL');
}

function readTrace(): string[] {
  const file = join(home, 'trace');
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
}

async function until(holds: () => boolean): Promise<void> {
  const end = Date.now() + 45_000;
  while (!holds()) {
    if (Date.now() > end) throw new Error('waited in vain');
    await sleep(50);
  }
}

/** A killed process keeps its number until it is reaped, and a number is given again: the mark tells. */
function markOf({ pid }: PartReport): ProcessMark {
  if (pid === null) throw new Error('no process to mark');
  return { pid, identity: readProcessIdentity(pid) ?? '' };
}
