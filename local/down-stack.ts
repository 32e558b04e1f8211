import { endProcess } from './end-process';
import { isRunning } from './process-identity';
import { endOrphans, withHomeLock } from './stack-home';
import { buildStackPaths } from './stack-paths';
import { readStackState } from './stack-state';

const stopTimeoutMs = 120_000;

/**
 * Stops the stack of a folder cleanly and resolves once nothing of it runs; says whether anything
 * did. What a killed supervisor left behind is ended as well. The data stays.
 */
export async function downStack({ home }: { readonly home: string }): Promise<boolean> {
  const paths = buildStackPaths(home);
  const state = readStackState(paths);
  if (state === undefined) return false;
  const ran = [state.owner, ...state.parts.map((part) => part.process)].some(
    (mark) => mark !== null && isRunning(mark),
  );
  if (state.owner !== null) {
    await endProcess(state.owner, { signal: 'SIGTERM', timeoutMs: stopTimeoutMs });
  }
  await withHomeLock(paths, () => endOrphans(paths));
  return ran;
}
