import type { SweptObjects, UpkeepBulkActivities } from '../../schemas/upkeep/activities';
import type { Dependencies } from '../dependencies';
import { beating, type Beat } from '../kit/beating';
import { sweepPackages } from './sweep-packages';
import { sweepReceivedPackages } from './sweep-received-packages';
import { sweepStagedObjects } from './sweep-staged-objects';

type Sweep = (dependencies: Dependencies, beat: Beat) => Promise<number>;

const sweeps: Record<SweptObjects, Sweep> = {
  packages: sweepPackages,
  'staged objects': sweepStagedObjects,
  'received packages': sweepReceivedPackages,
};

/** Removes stored objects of one kind that nobody needs (RUN-26). Twice: there is nothing left. */
export function sweepObjectsActivity(
  dependencies: Dependencies,
): UpkeepBulkActivities['sweepObjects'] {
  return ({ kind }) => beating(async (beat) => ({ count: await sweeps[kind](dependencies, beat) }));
}
