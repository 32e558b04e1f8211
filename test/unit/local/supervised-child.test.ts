import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { PartStatus } from '../../../local/stack-state';
import { SupervisedChild, type ChildPlan } from '../../../local/supervised-child';

let folder: string;
let children: SupervisedChild[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gantry-child-'));
  children = [];
});

afterEach(async () => {
  await Promise.all(children.map((child) => child.stop()));
  rmSync(folder, { recursive: true, force: true });
});

describe('SupervisedChild', () => {
  it('is running once the child says so, and writes what it prints to its log', async () => {
    const { child, seen } = create({ program: `console.log('hello'); ${sayReady} ${idle}` });
    await child.start();
    expect(child.status.state).toBe('running');
    expect(seen.map(({ state }) => state)).toEqual(['starting', 'running']);
    expect(readFileSync(child.plan.logFile, 'utf8')).toBe('hello\n');
  });

  it('RUN-16 starts a child again that was killed', async () => {
    const { child, seen } = create({ program: sayReady + idle });
    await child.start();
    const first = child.status.process?.pid ?? -1;
    process.kill(first, 'SIGKILL');
    while (child.status.state !== 'running' || child.status.restarts === 0) await sleep(20);
    expect(child.status.process?.pid).not.toBe(first);
    expect(seen.map(({ state }) => state)).toEqual([
      ...['starting', 'running'],
      ...['starting', 'starting', 'running'],
    ]);
  });

  it('gives up the first start of a child that always dies', async () => {
    const { child } = create({ program: 'process.exit(1)' });
    await expect(child.start()).rejects.toMatchObject({ code: 'StackStartFailed' });
    expect(child.status).toMatchObject({ state: 'stopped', process: null, restarts: 5 });
  });

  it('gives up the first start of a program that is not there', async () => {
    const { child } = create({ command: join(folder, 'missing') });
    await expect(child.start()).rejects.toMatchObject({ code: 'StackStartFailed' });
  });

  it('gives up the first start of a child that is never ready, and ends it', async () => {
    const { child, seen } = create({ program: idle, readyTimeoutMs: 300 });
    await expect(child.start()).rejects.toMatchObject({ code: 'StackStartFailed' });
    const pid = seen[0]?.process?.pid ?? 0;
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  });

  it('does not take the answer of another process for that of its dead child', async () => {
    const { child } = create({ program: 'process.exit(1)', probe: () => sleep(1000, true) });
    await expect(child.start()).rejects.toMatchObject({ code: 'StackStartFailed' });
  });

  it('stops cleanly while it waits to start the child again', async () => {
    const { child } = create({ program: `${sayReady} setTimeout(() => process.exit(1), 50)` });
    await child.start();
    while (child.status.restarts === 0) await sleep(5);
    await child.stop();
    expect(child.status).toMatchObject({ state: 'stopped', process: null });
  });
});

const sayReady = "process.send?.('ready');";
const idle = 'setInterval(() => 0, 1000);';

function create(given: Partial<ChildPlan> & { program?: string }) {
  const { program = '', ...plan } = given;
  const seen: PartStatus[] = [];
  const child = new SupervisedChild(
    {
      name: 'child',
      command: process.execPath,
      args: ['-e', program],
      env: { PATH: process.env['PATH'] ?? '' },
      logFile: join(folder, 'child.log'),
      readyTimeoutMs: 20_000,
      stopSignal: 'SIGTERM',
      stopTimeoutMs: 5000,
      ...plan,
    },
    (status) => seen.push(status),
  );
  children.push(child);
  return { child, seen };
}
