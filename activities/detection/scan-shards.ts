import type { DetectionBulkActivities } from '../../schemas/detection/activities';
import { scanFrozenShards } from '../../store/detection/scan-frozen-scope';
import type { Dependencies } from '../dependencies';
import { beating } from '../kit/beating';

/** Scans shards for secrets (REL-26). Twice: what was scanned is kept by content and left out. */
export function scanShards({ database }: Dependencies): DetectionBulkActivities['scanShards'] {
  return (asked) =>
    beating((beat, signal) =>
      scanFrozenShards(database, { ...asked, signal, onProgress: (bytes) => beat({ bytes }) }),
    );
}
