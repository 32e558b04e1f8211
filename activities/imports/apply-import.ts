import type { ImportControlActivities } from '../../schemas/imports/activities';
import { applyImport } from '../../store/imports/apply-import';
import type { Dependencies } from '../dependencies';

/** Writes what the plan says, all or nothing (REL-33). Twice: the plan's record says that it is applied. */
export function applyImportActivity({
  database,
}: Dependencies): ImportControlActivities['applyImport'] {
  return ({ runId, planDigest }) => applyImport(database, { runId, planDigest });
}
