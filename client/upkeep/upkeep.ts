import { ScheduleNotFoundError } from '@temporalio/client';
import { sweepScheduleId, sweepWorkflowId } from '../../schemas/ids';
import type { SweepResult } from '../../schemas/upkeep/activities';
import { workflowNames, type SweepRetentionInput } from '../../schemas/workflows';
import { auditedChange, guardedRead } from '../../store/audit/audited';
import { listAudit } from '../../store/audit/list-audit';
import type { ClientContext } from '../context';
import { runInput } from '../runs/start-run';

/** The schedule of the retention sweep, and what the last sweep did; times are RFC 3339. */
export interface SweepSchedule {
  /** False where no worker process prepared it yet. */
  readonly scheduled: boolean;
  readonly paused: boolean;
  readonly nextAt: string | null;
  readonly last: (SweepResult & { readonly at: string }) | null;
}

/**
 * Upkeep of the installation (RUN-26): for installation administrators. Every method throws
 * `Unauthenticated`, `PermissionDenied`, `TemporalUnavailable`.
 */
export interface Upkeep {
  /**
   * Sweeps now, waits for the end, and tells how many of each kind were removed; where a sweep is
   * under way, waits for that one.
   *
   * @example const { swept } = await gantry.upkeep.sweep();
   */
  sweep(): Promise<SweepResult>;
  /** When it is swept next and what was swept last. @example const { nextAt } = await gantry.upkeep.show(); */
  show(): Promise<SweepSchedule>;
}

/** The part of the client that is about upkeep. */
export function createUpkeep(context: ClientContext): Upkeep {
  const { database, settings } = context;
  const attempt = async () =>
    ({
      caller: await context.caller(),
      tenantId: null,
      action: 'upkeep.sweep',
      object: 'installation',
    }) as const;
  return {
    async sweep() {
      const details = { asked: true };
      await auditedChange(database, { ...(await attempt()), details }, () => Promise.resolve());
      const input: SweepRetentionInput = {
        ...runInput(context, ''),
        runRetentionDays: settings.upkeep.runRetentionDays,
      };
      const temporal = await context.temporal();
      const handle = await temporal.workflow.start(workflowNames.sweepRetention, {
        workflowId: `${sweepWorkflowId}/asked`,
        taskQueue: settings.taskQueues.control,
        args: [input],
        workflowIdConflictPolicy: 'USE_EXISTING',
        staticSummary: 'Retention sweep that was asked for',
      });
      return (await handle.result()) as SweepResult;
    },
    async show() {
      const rows = await guardedRead(database, await attempt(), (connection) =>
        listAudit(connection, null, { action: 'upkeep.sweep', actor: 'gantry', limit: 1 }),
      );
      const [row] = rows.entries;
      const last =
        row === undefined ? null : { at: row.at, ...(row.details as unknown as SweepResult) };
      const { schedule } = await context.temporal();
      try {
        const { state, info } = await schedule.getHandle(sweepScheduleId).describe();
        const nextAt = info.nextActionTimes[0]?.toISOString() ?? null;
        return { scheduled: true, paused: state.paused, nextAt, last };
      } catch (error) {
        if (!(error instanceof ScheduleNotFoundError)) throw error;
        return { scheduled: false, paused: false, nextAt: null, last };
      }
    },
  };
}
