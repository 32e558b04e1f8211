import type { PublishControlActivities } from '../../schemas/publishing/activities';
import type { Dependencies } from '../dependencies';
import { checkRequesterRight } from '../runs/check-requester-right';

/** Checks that who asked for the run may publish, now (REL-5, REL-38, RUN-21). Twice: it is only read. */
export function checkPublishPermission(
  dependencies: Dependencies,
): PublishControlActivities['checkPublishPermission'] {
  return ({ runId }) => checkRequesterRight(dependencies, { runId, action: 'release.publish' });
}
