import { copyFileSync, readdirSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';

const maxLogBytes = 16 * 1024 * 1024;
const checkEveryMs = 30_000;

/**
 * Keeps every log of the folder under 16 MiB: a longer one becomes `<name>.1` and starts anew, now
 * and while the stack runs. The function given back ends that.
 */
export function capLogFiles(folder: string): () => void {
  rotate(folder);
  const timer = setInterval(() => rotate(folder), checkEveryMs);
  timer.unref();
  return () => clearInterval(timer);
}

function rotate(folder: string): void {
  for (const name of readdirSync(folder)) {
    const file = join(folder, name);
    if (!name.endsWith('.log') || statSync(file).size <= maxLogBytes) continue;
    // Copied and cut, not renamed: the processes hold the file open, for appending.
    copyFileSync(file, `${file}.1`);
    truncateSync(file);
  }
}
