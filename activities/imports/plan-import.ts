import type { ImportControlActivities } from '../../schemas/imports/activities';
import { planImport } from '../../store/imports/plan-import';
import type { Dependencies } from '../dependencies';

/** Compares the package with the target (REL-31). Twice: the plan is made anew and replaces the first. */
export function planImportActivity({
  database,
}: Dependencies): ImportControlActivities['planImport'] {
  return ({ runId }) => planImport(database, { runId });
}
