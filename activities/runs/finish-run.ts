import type { ControlActivities } from '../../schemas/activities';
import type { RunReport } from '../../schemas/workflows';
import { sendNotice } from '../../store/notices/send-notice';
import { finishRun } from '../../store/runs/finish-run';
import type { Dependencies } from '../dependencies';

/** Closes the run's record and tells who asked for it (RUN-6, RUN-30). Twice: a closed run stays as it is. */
export function finishRunActivity({ database }: Dependencies): ControlActivities['finishRun'] {
  return async ({ runId, reason, ...rest }) => {
    const report: RunReport = { ...rest, ...(reason === null ? {} : { reason }) };
    const { run, closedNow } = await database.transaction((trx) => finishRun(trx, runId, report));
    if (!closedNow || report.outcome === 'succeeded') return;
    await sendNotice(database, {
      tenantId: run.tenant_id,
      personIds: [run.requested_by],
      kind: 'run-finished',
      key: `run-finished/${runId}`,
      title: `${runId} ended: ${report.outcome}`,
      body: reason ?? '',
      runId,
    });
  };
}
