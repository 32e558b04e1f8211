import type { PublishBulkActivities } from '../../schemas/publishing/activities';
import { orderPublishing } from '../../store/publishing/order-publishing';
import type { Dependencies } from '../dependencies';
import { beating } from '../kit/beating';

/** Chooses, pins and orders what a run publishes (REL-37). Twice: the order is written down once. */
export function orderPublishingActivity({
  database,
}: Dependencies): PublishBulkActivities['orderPublishing'] {
  return ({ runId }) =>
    beating((beat) => {
      let beats = 0;
      return orderPublishing(database, { runId }, () => beat({ beats: ++beats }));
    });
}
