import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { round } from '../kit/figures.mjs';

/** Seconds from start to end of a process, and its peak memory where /usr/bin/time is there. */
export function timeCommand(command, args, environment) {
  const memory = join(tmpdir(), `gantry-bench-memory-${process.pid}`);
  const timer = ['/usr/bin/time', '-f', '%M', '-o', memory];
  const isTimed = spawnSync(timer[0], [...timer.slice(1), 'true']).status === 0;
  const [program, ...rest] = [...(isTimed ? timer : []), command, ...args];
  const began = performance.now();
  const run = spawnSync(program, rest, {
    env: { PATH: process.env.PATH, ...environment },
    encoding: 'utf8',
  });
  const seconds = (performance.now() - began) / 1000;
  if (run.status !== 0) throw new Error(`${command} failed: ${run.stderr}${run.stdout}`);
  const peakMib = isTimed ? Math.round(Number(readFileSync(memory, 'utf8')) / 1024) : null;
  rmSync(memory, { force: true });
  return { seconds: round(seconds), peakMib };
}
