import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

/** A process that was started once: its number, and when, as numbers are given again. */
export interface ProcessMark {
  readonly pid: number;
  readonly identity: string;
}

/**
 * When the process with this number was started, in a form to compare; undefined when it does not
 * run (a zombie does not). A number that was given to another process has another identity.
 */
export function readProcessIdentity(pid: number): string | undefined {
  return existsSync('/proc/self/stat') ? identityFromProc(pid) : identityFromPs(pid);
}

/** True while the very process that was marked runs. */
export function isRunning(mark: ProcessMark): boolean {
  return readProcessIdentity(mark.pid) === mark.identity;
}

/** The mark of this very process. */
export function ownMark(): ProcessMark {
  return { pid: process.pid, identity: readProcessIdentity(process.pid) ?? '' };
}

function identityFromProc(pid: number): string | undefined {
  const stat = readText(`/proc/${pid}/stat`);
  if (stat === undefined) return undefined;
  // The name in brackets may hold anything, so count the fields from its end.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state] = fields;
  if (state === 'Z' || state === 'X') return undefined;
  const bootId = readText('/proc/sys/kernel/random/boot_id')?.trim() ?? '';
  return `${bootId}/${fields[19] ?? ''}`;
}

function identityFromPs(pid: number): string | undefined {
  try {
    const [state = 'Z', ...started] = execFileSync(
      'ps',
      ['-o', 'stat=,lstart=', '-p', String(pid)],
      {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      },
    )
      .trim()
      .split(/\s+/);
    return state.startsWith('Z') ? undefined : started.join(' ');
  } catch {
    return undefined;
  }
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
