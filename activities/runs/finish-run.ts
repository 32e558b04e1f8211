import type { ControlActivities } from '../../schemas/activities';
import { sendNotice } from '../../store/notices/send-notice';
import { executionKey } from '../../store/runs/find-run';
import { finishRun } from '../../store/runs/finish-run';
import type { Dependencies } from '../dependencies';

/** Closes the run's record and tells who asked for it (RUN-6, RUN-30). Twice: a closed run stays as it is. */
export function finishRunActivity({ database }: Dependencies): ControlActivities['finishRun'] {
  return ({ runId, reason, ...rest }) =>
    database.transaction(async (trx) => {
      const report = { ...rest, ...(reason === null ? {} : { reason }) };
      const { run, closedNow } = await finishRun(trx, runId, report);
      if (!closedNow || report.outcome === 'succeeded') return;
      await sendNotice(trx, {
        tenantId: run.tenant_id,
        personIds: [run.requested_by],
        kind: 'run-finished',
        key: `run-finished/${executionKey(run)}`,
        title: `${runId} ended: ${report.outcome}`,
        body: reason ?? '',
        runId,
      });
    });
}
