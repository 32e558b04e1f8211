import type { DetectionControlActivities } from '../../schemas/detection/activities';
import { concludeFrozenScan } from '../../store/detection/scan-frozen-scope';
import type { Dependencies } from '../dependencies';

/** Puts what the secret scan found beside the frozen scope (REL-26). Twice: the same stands there again. */
export function concludeSecretScan({
  database,
}: Dependencies): DetectionControlActivities['concludeSecretScan'] {
  return async (scan) => ({
    findings: await database.transaction((trx) => concludeFrozenScan(trx, scan)),
  });
}
