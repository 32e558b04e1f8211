import type { ImportBulkActivities } from '../../schemas/imports/activities';
import { closePackageIndex as closeIndex } from '../../store/imports/close-index';
import type { Dependencies } from '../dependencies';
import { beating } from '../kit/beating';
import { judgeEdges } from './judge-edges';

/**
 * Checks what only all shards of a package together show, and completes its index or refuses it
 * (REL-29). Twice: a closed index says the same again.
 */
export function closePackageIndex({
  database,
}: Dependencies): ImportBulkActivities['closePackageIndex'] {
  return ({ indexId }) =>
    beating(async () => ({ findings: await closeIndex(database, indexId, judgeEdges) }));
}
