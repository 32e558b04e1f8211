import type { DetectionBulkActivities } from '../../schemas/detection/activities';
import { scanFrozenShards, type ShardsToScan } from '../../store/detection/scan-frozen-scope';
import type { Dependencies } from '../dependencies';
import { beating } from '../kit/beating';
import { oneAtATime } from '../kit/one-at-a-time';

/**
 * Scans shards for secrets (REL-26), one portion at a time in a process, as it is work of one thread.
 * Twice: what was scanned is kept by content and left out.
 */
export function scanShards({ database }: Dependencies): DetectionBulkActivities['scanShards'] {
  const scan = oneAtATime((shards: ShardsToScan) => scanFrozenShards(database, shards));
  return (asked) =>
    beating((beat, signal) => scan({ ...asked, signal, onProgress: (bytes) => beat({ bytes }) }));
}
