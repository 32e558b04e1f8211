import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Runs one piece of work at a time on this machine: a second process waits, and takes over the lock
 * of one that is gone. Two that take over at the same instant may both go on, so the work must end
 * in one atomic step.
 * @template T
 * @param {string} folder the lock: a folder that exists while it is held
 * @param {{ work: () => Promise<T>, onWait?: () => void }} task
 * @returns {Promise<T>}
 */
export async function withLock(folder, { work, onWait }) {
  mkdirSync(dirname(folder), { recursive: true });
  let waited = false;
  while (!take(folder)) {
    if (!waited) onWait?.();
    waited = true;
    if (isAbandoned(folder)) rmSync(folder, { recursive: true, force: true });
    else await sleep(500);
  }
  try {
    return await work();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @param {string} folder */
function take(folder) {
  try {
    mkdirSync(folder);
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EEXIST') return false;
    throw error;
  }
  writeFileSync(join(folder, 'pid'), String(process.pid));
  return true;
}

/** @param {string} folder */
function isAbandoned(folder) {
  try {
    process.kill(Number(readFileSync(join(folder, 'pid'), 'utf8')), 0);
    return false;
  } catch (error) {
    const { code } = /** @type {NodeJS.ErrnoException} */ (error);
    if (code === 'ESRCH') return true;
    // The folder is made a moment before the file in it.
    return code === 'ENOENT' && ageMs(folder) > 5000;
  }
}

/** @param {string} folder */
function ageMs(folder) {
  try {
    return Date.now() - statSync(folder).mtimeMs;
  } catch {
    return 0;
  }
}
