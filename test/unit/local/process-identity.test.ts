import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { endProcess, sendSignal } from '../../../local/end-process';
import { isRunning, ownMark, readProcessIdentity } from '../../../local/process-identity';

describe('readProcessIdentity', () => {
  it('knows this process, and tells it from its child', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => 0, 1000)']);
    await once(child, 'spawn');
    const mark = { pid: child.pid ?? 0, identity: readProcessIdentity(child.pid ?? 0) ?? '' };
    expect([isRunning(ownMark()), isRunning(mark)]).toEqual([true, true]);
    await endProcess(mark, { signal: 'SIGTERM', timeoutMs: 5000 });
    expect(isRunning(mark)).toBe(false);
  });

  it('spares a process that was given the number of a marked one', () => {
    const other = { pid: process.pid, identity: 'started at another time' };
    expect([isRunning(other), sendSignal(other, 'SIGKILL')]).toEqual([false, false]);
  });
});

describe('endProcess', () => {
  it('kills what does not end when asked to', async () => {
    const program = "process.on('SIGTERM', () => 0); setInterval(() => 0, 1000); console.log('up')";
    const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'ignore'] });
    await once(child.stdout, 'data');
    const mark = { pid: child.pid ?? 0, identity: readProcessIdentity(child.pid ?? 0) ?? '' };
    const exited = once(child, 'exit');
    await endProcess(mark, { signal: 'SIGTERM', timeoutMs: 200 });
    expect((await exited)[1]).toBe('SIGKILL');
  });
});
