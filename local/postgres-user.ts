import { readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { PipelineError } from '../schemas/pipeline-error';

/** The system user a process runs as. */
export interface SystemUser {
  readonly uid: number;
  readonly gid: number;
}

/**
 * The user PostgreSQL runs as: nobody else than ours, but for root, as which PostgreSQL refuses to
 * run: then the system's user `postgres`. Throws `PostgresUserMissing` where there is none.
 */
export function findPostgresUser(): SystemUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  for (const line of readFileSync('/etc/passwd', 'utf8').split('\n')) {
    const [name, , uid, gid] = line.split(':');
    if (name === 'postgres') return { uid: Number(uid), gid: Number(gid) };
  }
  throw new PipelineError('PostgresUserMissing');
}

/** Throws `FolderUnreachable` naming the first folder above `path` that the user may not enter. */
export function requireReachable(path: string, user: SystemUser): void {
  const folder = findClosedFolder(path, user);
  if (folder !== undefined) throw new PipelineError('FolderUnreachable', { folder, path });
}

/** The topmost folder on the way to `path` that the user may not enter; undefined when all are open. */
export function findClosedFolder(path: string, user: SystemUser): string | undefined {
  const parent = dirname(path);
  const above = parent === path ? undefined : findClosedFolder(parent, user);
  if (above !== undefined) return above;
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined || !stat.isDirectory()) return undefined;
  const bit = stat.uid === user.uid ? 0o100 : stat.gid === user.gid ? 0o010 : 0o001;
  return (stat.mode & bit) === 0 ? path : undefined;
}
