import type { ImportControlActivities } from '../../schemas/imports/activities';
import { registerImport } from '../../store/imports/register-import';
import type { Dependencies } from '../dependencies';

/** Lists what is to be published (REL-35). Twice: the import's record says that it is closed. */
export function registerImportActivity({
  database,
}: Dependencies): ImportControlActivities['registerImport'] {
  return ({ runId }) => registerImport(database, { runId });
}
