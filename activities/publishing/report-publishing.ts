import type { PublishControlActivities } from '../../schemas/publishing/activities';
import { reportPublishing } from '../../store/publishing/report-publishing';
import type { Dependencies } from '../dependencies';

/** Counts what became of a run's objects (REL-39). Twice: it is counted again. */
export function reportPublishingActivity({
  database,
}: Dependencies): PublishControlActivities['reportPublishing'] {
  return ({ runId }) => reportPublishing(database, { runId });
}
