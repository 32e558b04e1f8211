import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { StackPaths } from '../stack-paths';
import type { Check } from './check';

/** Checks that nobody but their owner can read the secrets of a stack (RUN-20). */
export function checkHome(paths: StackPaths): Check[] {
  const name = 'secret-files';
  if (statSync(paths.credentials, { throwIfNoEntry: false }) === undefined) {
    return [{ name, ok: true, detail: 'none yet', fix: null }];
  }
  const files = readdirSync(paths.credentials).map((file) => join(paths.credentials, file));
  const open = [paths.credentials, paths.logs, paths.stateFile, ...files].filter(isOpen);
  if (open.length === 0) {
    return [{ name, ok: true, detail: `${files.length} files of mode 0600`, fix: null }];
  }
  return [
    {
      name,
      ok: false,
      detail: `open to others: ${open.join(', ')}`,
      fix: `chmod go= ${open.join(' ')}`,
    },
  ];
}

function isOpen(path: string): boolean {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat !== undefined && (stat.mode & 0o077) !== 0;
}
