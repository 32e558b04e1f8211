import { Context } from '@temporalio/activity';

const beatEveryMs = 1_000;

type Activity = (...args: never[]) => Promise<unknown>;

/**
 * Lets light activities say that their worker lives, so that those of a dead one are run again
 * within seconds. They report no progress: one that hangs is ended by its start-to-close timeout.
 */
export function withHeartbeat<T extends object>(activities: T): T {
  const entries = Object.entries(activities as Record<string, Activity>);
  return Object.fromEntries(entries.map(([name, run]) => [name, alive(run)])) as T;
}

function alive(run: Activity): Activity {
  return async (...args) => {
    const context = Context.current();
    const timer = setInterval(() => context.heartbeat(), beatEveryMs);
    try {
      return await run(...args);
    } finally {
      clearInterval(timer);
    }
  };
}
