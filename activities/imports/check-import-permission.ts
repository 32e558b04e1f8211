import type { ImportControlActivities } from '../../schemas/imports/activities';
import type { Dependencies } from '../dependencies';
import { checkRequesterRight } from '../runs/check-requester-right';

/** Checks that who asked for the run may import, now (REL-5, RUN-21). Twice: it is only read. */
export function checkImportPermission(
  dependencies: Dependencies,
): ImportControlActivities['checkImportPermission'] {
  return ({ runId }) => checkRequesterRight(dependencies, { runId, action: 'release.import' });
}
