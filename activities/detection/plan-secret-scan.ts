import type { DetectionBulkActivities } from '../../schemas/detection/activities';
import { planFrozenScan } from '../../store/detection/scan-frozen-scope';
import type { Dependencies } from '../dependencies';
import { beating } from '../kit/beating';

/** Says what of a frozen scope is to be scanned for secrets (REL-26). Twice: nothing is changed but the features' record. */
export function planSecretScan({
  database,
}: Dependencies): DetectionBulkActivities['planSecretScan'] {
  return ({ runId }) => beating(() => planFrozenScan(database, runId));
}
