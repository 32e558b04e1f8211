import type { ShardPortion } from '../../schemas/activities';
import type { FrozenShard } from '../../schemas/releases/frozen-scope';

/** Content bytes of a portion: a few portions for each lane, so that all end at about the same time. */
const portionBytes = 8_000_000;
/** What a shard costs beside its content, in bytes of content. */
const shardWeight = 500_000;

/**
 * Groups shards, in the order of their numbers, into portions of about the same work. Most types have
 * few objects, and an activity costs more than collecting those.
 */
export function toShardPortions(shards: readonly FrozenShard[]): ShardPortion[] {
  const portions: ShardPortion[] = [];
  let room = 0;
  for (const { number, byteCount } of shards) {
    const weight = byteCount + shardWeight;
    const open = weight <= room ? portions.pop() : undefined;
    portions.push({ first: open?.first ?? number, last: number });
    room = (open === undefined ? portionBytes : room) - weight;
  }
  return portions;
}
