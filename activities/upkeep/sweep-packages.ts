import { expirePackageRecord } from '../../store/releases/expire-package-record';
import { findOverduePackages } from '../../store/upkeep/overdue-packages';
import type { Dependencies } from '../dependencies';
import type { Beat } from '../kit/beating';

/** Deletes packages that the runs which were to delete them have missed, and counts them. */
export async function sweepPackages(
  { database, objectStore }: Dependencies,
  beat: Beat,
): Promise<number> {
  let count = 0;
  for (const { id, object_key: key } of await findOverduePackages(database)) {
    await database.transaction((trx) => expirePackageRecord(trx, id));
    if ((await objectStore.size(key)) !== undefined) {
      await objectStore.remove(key);
      count += 1;
    }
    beat({ packages: count });
  }
  return count;
}
