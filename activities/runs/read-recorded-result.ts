import type { ControlActivities } from '../../schemas/activities';
import { findRecordedResult } from '../../store/runs/reopen-run';
import type { Dependencies } from '../dependencies';

/** Gives what a step gave in an earlier execution of the run (RUN-4). Reads only. */
export function readRecordedResult({
  database,
}: Dependencies): ControlActivities['readRecordedResult'] {
  return (ref) => findRecordedResult(database, ref);
}
