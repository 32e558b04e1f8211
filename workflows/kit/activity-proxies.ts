import { proxyActivities, type ActivityOptions } from '@temporalio/workflow';
import type * as all from '../../schemas/activities';
import type {
  ImportBulkActivities,
  ImportControlActivities,
} from '../../schemas/imports/activities';
import { permanentFailureCodes } from '../../schemas/failures';
import type { RunInput } from '../../schemas/workflows';

type ControlActivities = all.ControlActivities & ImportControlActivities;
type BulkActivities = all.BulkActivities & ImportBulkActivities;

/** The activities of a run, labelled for the Temporal UI with what they are for. */
export interface RunActivities {
  control: ControlActivities;
  bulk: BulkActivities;
  /** Control activities that are tried until they succeed: for what a run may not end without. */
  lasting: ControlActivities;
}

/** Told of each activity that ended well: how many attempts it took. */
export type AttemptListener = (attempts: number) => void;

/** Activities whose summary in the Temporal UI is `label`, under the run's limits. */
export function activitiesFor(
  input: RunInput,
  label: string,
  onAttempts?: AttemptListener,
): RunActivities {
  const { queues, limits } = input;
  const retry = {
    maximumAttempts: limits.maxAttempts,
    initialInterval: limits.initialIntervalMs,
    maximumInterval: limits.maxIntervalMs,
    // An oversized result fails retryably unless it is named (docs/adr/0004).
    nonRetryableErrorTypes: [...permanentFailureCodes, 'PayloadsTooLarge'],
  };
  const control: ActivityOptions = {
    taskQueue: queues.control,
    summary: label.slice(0, 190),
    startToCloseTimeout: '10 minutes',
    // Without it a worker that dies is noticed by the timeout above only.
    heartbeatTimeout: limits.heartbeatTimeoutMs,
    cancellationType: 'WAIT_CANCELLATION_COMPLETED',
    retry,
  };
  const bulk: ActivityOptions = {
    ...control,
    taskQueue: queues.bulk,
    startToCloseTimeout: '6 hours',
  };
  return {
    control: unwrapped(proxyActivities<ControlActivities>(control), onAttempts),
    bulk: unwrapped(proxyActivities<BulkActivities>(bulk), onAttempts),
    lasting: unwrapped(
      proxyActivities<ControlActivities>({
        ...control,
        retry: { ...retry, maximumAttempts: Infinity, nonRetryableErrorTypes: [] },
      }),
      onAttempts,
    ),
  };
}

/** Takes the value out of the envelope that the worker's interceptor puts around every result. */
function unwrapped<T extends object>(activities: T, onAttempts?: AttemptListener): T {
  return new Proxy(activities, {
    get(target, name) {
      const activity = Reflect.get(target, name) as (
        ...args: unknown[]
      ) => Promise<all.ActivityEnvelope<unknown>>;
      return async (...args: unknown[]) => {
        const { attempt, value } = await activity(...args);
        onAttempts?.(attempt);
        return value;
      };
    },
  });
}
