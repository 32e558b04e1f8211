import type { ImportControlActivities } from '../../schemas/imports/activities';
import { planUndo } from '../../store/imports/plan-undo';
import type { Dependencies } from '../dependencies';

/** Plans from the before-images of an import (REL-41). Twice: the plan is made anew and replaces the first. */
export function planUndoActivity({ database }: Dependencies): ImportControlActivities['planUndo'] {
  return ({ runId }) => planUndo(database, { runId });
}
