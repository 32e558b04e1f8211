import { statSync } from 'node:fs';
import { SingleBar } from 'cli-progress';
import type { LoadProgress } from '../../client';
import type { Output } from '../kit/output';

/** Shows how far a load is. */
export interface LoadBar {
  update(progress: LoadProgress): void;
  /** Takes the bar away. */
  stop(): void;
}

/** A bar over the bytes of the file on a terminal; nothing for programs, and no total for stdin. */
export function createLoadBar(file: string, output: Output): LoadBar {
  if (!output.interactive || !process.stderr.isTTY) return { update: ignore, stop: ignore };
  const total = sizeOf(file);
  const bar = new SingleBar({
    format:
      total === undefined ? '{lines} lines, {megabytes} MB' : '{bar} {percentage} %  {lines} lines',
    hideCursor: true,
    clearOnComplete: true,
    stopOnComplete: false,
    etaBuffer: 50,
  });
  bar.start(total ?? 1, 0, { lines: 0, megabytes: 0 });
  return {
    update: ({ lines, bytes }) =>
      bar.update(total === undefined ? 0 : bytes, { lines, megabytes: Math.round(bytes / 1e6) }),
    stop: () => bar.stop(),
  };
}

function sizeOf(file: string): number | undefined {
  const stats = file === '-' ? undefined : statSync(file, { throwIfNoEntry: false });
  return stats?.isFile() === true && stats.size > 0 ? stats.size : undefined;
}

function ignore(): void {
  // People see the result alone.
}
