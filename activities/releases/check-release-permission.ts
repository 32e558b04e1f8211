import type { ControlActivities } from '../../schemas/activities';
import type { Dependencies } from '../dependencies';
import { checkRequesterRight } from '../runs/check-requester-right';

/** Checks that who asked for the run may export, now (REL-5, REL-17, RUN-21). Twice: it is only read. */
export function checkReleasePermission(
  dependencies: Dependencies,
): ControlActivities['checkReleasePermission'] {
  return ({ runId }) => checkRequesterRight(dependencies, { runId, action: 'release.export' });
}
