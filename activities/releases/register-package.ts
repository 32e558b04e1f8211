import type { ControlActivities } from '../../schemas/activities';
import { registerPackage } from '../../store/releases/register-package';
import type { Dependencies } from '../dependencies';

/** Makes a verified package known (REL-22). Twice: the record is there already and is given again. */
export function registerPackageActivity({
  database,
}: Dependencies): ControlActivities['registerPackage'] {
  return ({ runId, ...stored }) =>
    database.transaction((trx) => registerPackage(trx, runId, stored));
}
