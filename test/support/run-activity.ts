import { asyncLocalStorage, Context, type Info } from '@temporalio/activity';
import { noopMetricMeter } from '@temporalio/common';

const silent = {
  log: () => undefined,
  trace: () => undefined,
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

/**
 * Runs an activity's function in this process as a worker does, without Temporal: with a context that
 * takes heartbeats. `signal` cancels it.
 */
export async function runActivity<T>(
  activity: () => Promise<T>,
  signal = new AbortController().signal,
): Promise<T> {
  const never = new Promise<never>(() => undefined);
  const context = new Context(
    { attempt: 1 } as unknown as Info,
    never,
    signal,
    () => undefined,
    undefined,
    silent,
    noopMetricMeter,
    { retry: undefined } as never,
  );
  return asyncLocalStorage.run(context, activity);
}
