import { existsSync, readFileSync, statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { isPipelineError } from '../../schemas/pipeline-error';
import { findPostgresUser, findClosedFolder } from '../postgres-user';
import { findServerBinaries } from '../server-binaries';
import type { StackPaths } from '../stack-paths';
import { runCheck, type Check, type Verdict } from './check';

const leastFreeBytes = 1024 ** 3;

/** Checks what the stack needs of the machine: Node, programs, a user for PostgreSQL, disk, memory. */
export function checkMachine(paths: StackPaths): Promise<Check[]> {
  return Promise.all([
    runCheck('node', lookAtNode, 'Install Node 20.15 or later.'),
    runCheck('programs', lookAtPrograms, 'Run npm start once, which installs and builds them.'),
    runCheck('postgres-user', () => lookAtUser(paths), 'Run Gantry as an ordinary user.'),
    runCheck('disk', () => lookAtDisk(paths.home), 'Check the disk of the stack.'),
    runCheck('shared-memory', lookAtSharedMemory, 'List shared memory: ipcs -m.'),
  ]);
}

function lookAtNode(): Verdict {
  const { node } = process.versions;
  const [major = 0, minor = 0] = node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 15)) return { detail: node };
  return { detail: node, fix: 'Install Node 20.15 or later.' };
}

async function lookAtPrograms(): Promise<Verdict> {
  try {
    const { temporal, minio, postgres } = await findServerBinaries({ build: false });
    return {
      detail: `temporal ${temporal.version} (${temporal.path}), minio ${minio.version} (${minio.path}), postgres 18 (${postgres})`,
    };
  } catch (error) {
    if (!isPipelineError(error)) throw error;
    return { detail: error.message, fix: error.fix };
  }
}

function lookAtUser(paths: StackPaths): Verdict {
  try {
    const user = findPostgresUser();
    if (user === undefined) return { detail: 'the user of this process' };
    const closed = findClosedFolder(
      existsSync(paths.data) ? paths.data : dirname(paths.home),
      user,
    );
    if (closed === undefined) return { detail: `uid ${user.uid}` };
    const fix = `Name a stack folder elsewhere in GANTRY_HOME, or let others enter: chmod o+x ${closed}`;
    return { detail: `uid ${user.uid} may not enter ${closed}`, fix };
  } catch (error) {
    if (!isPipelineError(error)) throw error;
    return { detail: error.message, fix: error.fix };
  }
}

function lookAtDisk(home: string): Verdict {
  const folder = existsSync(home) ? home : dirname(home);
  const { bavail, bsize } = statfsSync(folder);
  const free = bavail * bsize;
  const detail = `${(free / leastFreeBytes).toFixed(1)} GiB free`;
  return free >= leastFreeBytes ? { detail } : { detail, fix: 'Free at least 1 GiB.' };
}

/** A PostgreSQL that was killed may leave a segment that no process holds; it is small, but adds up. */
function lookAtSharedMemory(): Verdict {
  const table = '/proc/sysvipc/shm';
  if (!existsSync(table)) return { detail: 'not looked at on this system' };
  const owner = findOwner();
  const left = readFileSync(table, 'utf8')
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/).map(Number))
    .filter(([, , , , creator = 0, , attached = 1, uid = -1]) => {
      return attached === 0 && uid === owner && !existsSync(`/proc/${creator}`);
    })
    .map(([, id = 0]) => id);
  if (left.length === 0) return { detail: 'no leftovers' };
  const fix = `Remove them: ${left.map((id) => `ipcrm -m ${id}`).join('; ')}`;
  return { detail: `${left.length} segments of ended processes`, fix };
}

function findOwner(): number {
  try {
    return findPostgresUser()?.uid ?? process.getuid?.() ?? -1;
  } catch {
    return -1;
  }
}
