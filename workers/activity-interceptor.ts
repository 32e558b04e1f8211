import { CancelledFailure } from '@temporalio/common';
import type { ActivityExecuteInput, ActivityInterceptorsFactory } from '@temporalio/worker';
import type { Logger } from 'pino';
import { guardResultSize, toApplicationFailure } from '../activities';
import type { ActivityEnvelope } from '../schemas/activities';

/**
 * Around every activity: the attempt goes out with the value, an error becomes its stable code, a
 * result that is more than references is refused, and each of it is logged with run and step (RUN-27).
 */
export function interceptActivities(logger: Logger): ActivityInterceptorsFactory {
  return ({ info }) => {
    const { activityType, attempt, workflowExecution } = info;
    const log = logger.child({
      run: workflowExecution?.workflowId,
      activity: activityType,
      attempt,
    });
    return {
      inbound: {
        async execute(input: ActivityExecuteInput, next): Promise<ActivityEnvelope<unknown>> {
          const startedAt = Date.now();
          try {
            const value = await next(input);
            guardResultSize(activityType, value);
            log.info({ ms: Date.now() - startedAt }, 'activity done');
            return { attempt, value };
          } catch (error) {
            if (error instanceof CancelledFailure) throw error;
            log.warn({ ms: Date.now() - startedAt, err: error }, 'activity failed');
            throw toApplicationFailure(error);
          }
        },
      },
    };
  };
}
