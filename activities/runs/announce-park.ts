import type { ControlActivities } from '../../schemas/activities';
import { findRecipients } from '../../store/notices/find-recipients';
import { sendNotice } from '../../store/notices/send-notice';
import { executionKey, findRun } from '../../store/runs/find-run';
import type { Dependencies } from '../dependencies';

/** Records that a run is parked and tells the operators once (RUN-2). Twice: the notice's key is taken. */
export function announceParkActivity({
  database,
}: Dependencies): ControlActivities['announcePark'] {
  return async ({ runId, step, error, round }) => {
    const run = await findRun(database, runId);
    if (run.ended_at !== null) return;
    await database('runs').where({ id: runId }).whereNull('ended_at').update({ status: 'parked' });
    const operators = await findRecipients(database, run.tenant_id, { roles: ['operator'] });
    await sendNotice(database, {
      tenantId: run.tenant_id,
      personIds: operators.map((operator) => operator.id),
      kind: 'parked',
      key: `parked/${executionKey(run)}/${round}`,
      title: `Parked: ${runId} at "${step}"`,
      body: `${error}\nMend the cause, then: gantry run retry ${runId} (or abort).`,
      runId,
    });
  };
}
