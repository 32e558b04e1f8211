import type { UpkeepControlActivities } from '../../schemas/upkeep/activities';
import { sweepRecords } from '../../store/upkeep/sweep-records';
import type { Dependencies } from '../dependencies';

/** Removes records of one kind that are past their time (RUN-26). Twice: there is nothing left. */
export function sweepRecordsActivity({
  database,
}: Dependencies): UpkeepControlActivities['sweepRecords'] {
  return async (what) => ({ count: await sweepRecords(database, what) });
}
