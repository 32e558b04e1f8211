import { SingleBar } from 'cli-progress';
import type { Output } from './output';

/** Shows how far something is, in bytes. */
export interface ByteBar {
  readonly update: (progress: { readonly done: number; readonly total: number }) => void;
  /** Takes the bar away. */
  readonly stop: () => void;
}

/** A bar on a terminal, from the first progress on; nothing for programs. */
export function createByteBar(output: Output): ByteBar {
  const bar = new SingleBar({
    format: '{bar} {percentage} %',
    hideCursor: true,
    clearOnComplete: true,
  });
  let started = false;
  return {
    update({ done, total }) {
      if (!output.interactive || !process.stderr.isTTY) return;
      if (!started) bar.start(total, 0);
      started = true;
      bar.update(done);
    },
    stop() {
      if (started) bar.stop();
      started = false;
    },
  };
}
