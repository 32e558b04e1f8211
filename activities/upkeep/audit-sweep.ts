import type { UpkeepControlActivities } from '../../schemas/upkeep/activities';
import { writeAudit } from '../../store/audit/audit-log';
import type { Dependencies } from '../dependencies';

/** Audits what a sweep removed (RUN-23). Twice: a second row. */
export function auditSweep({ database }: Dependencies): UpkeepControlActivities['auditSweep'] {
  return (result) =>
    writeAudit(database, {
      tenantId: null,
      actor: 'gantry',
      actorSource: 'system',
      action: 'upkeep.sweep',
      object: 'installation',
      outcome: Object.keys(result.failed).length === 0 ? 'ok' : 'failed in parts',
      details: { ...result },
    });
}
