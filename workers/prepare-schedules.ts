import {
  Client,
  Connection,
  ScheduleNotFoundError,
  type ScheduleOptions,
} from '@temporalio/client';
import { sweepScheduleId, sweepWorkflowId } from '../schemas/ids';
import type { Settings } from '../schemas/settings';
import { workflowNames, type SweepRetentionInput } from '../schemas/workflows';

/**
 * Makes or updates the schedule of the retention sweep (RUN-26); safe to repeat. One that an
 * operator has paused stays paused.
 */
export async function prepareSchedules(settings: Settings): Promise<void> {
  const { address, namespace } = settings.temporal;
  const connection = await Connection.connect({ address });
  try {
    const { schedule } = new Client({ connection, namespace });
    const wanted = sweepSchedule(settings);
    const handle = schedule.getHandle(sweepScheduleId);
    try {
      await handle.update((previous) => ({
        ...wanted,
        state: previous.state,
      }));
    } catch (error) {
      if (!(error instanceof ScheduleNotFoundError)) throw error;
      await schedule.create({ ...wanted, scheduleId: sweepScheduleId });
    }
  } finally {
    await connection.close();
  }
}

function sweepSchedule(settings: Settings): Omit<ScheduleOptions, 'scheduleId'> {
  const { taskQueues, retry, parkDeadlineMs, upkeep } = settings;
  const input: SweepRetentionInput = {
    queues: taskQueues,
    limits: { ...retry, parkDeadlineMs, shardWindow: 1 },
    tenant: '',
    runRetentionDays: upkeep.runRetentionDays,
  };
  return {
    spec: { cronExpressions: [upkeep.sweepCron] },
    action: {
      type: 'startWorkflow',
      workflowType: workflowNames.sweepRetention,
      workflowId: sweepWorkflowId,
      taskQueue: taskQueues.control,
      args: [input],
    },
    // A sweep that was missed is done once when there is somebody to do it.
    policies: { overlap: 'SKIP', catchupWindow: '1 day' },
  };
}
