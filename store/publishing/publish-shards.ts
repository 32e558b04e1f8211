import type { PublishOrder } from './publish-order';

/** Which shard does what, and which shards may be at work at once. */
export interface PublishShards {
  /** Of each object, from 1. */
  readonly shard: Int32Array;
  /** How many shards each stage has; a stage begins when the one before is done. */
  readonly stages: readonly number[];
}

/**
 * Packs ordered objects into shards of about `target` objects, never splitting a component (REL-37).
 * A wave that is larger gets a stage of several independent shards; smaller waves share one shard,
 * which does them one after another, so that a chain as long as the graph needs few shards.
 */
export function packPublishShards(order: PublishOrder, target: number): PublishShards {
  const { wave, component } = order;
  const sorted = sortForPublishing(order);
  const shard = new Int32Array(wave.length);
  const stages: number[] = [];
  let current = 0;
  let filled = 0;
  let open = false;
  const begin = (newStage: boolean): void => {
    current += 1;
    filled = 0;
    if (newStage) stages.push(1);
    else stages[stages.length - 1] = (stages.at(-1) ?? 0) + 1;
  };
  for (let start = 0; start < sorted.length;) {
    const end = endOfRun(sorted, start, wave);
    const isLarge = end - start > target;
    if (!open || isLarge || filled + (end - start) > target) begin(true);
    // Nothing shares a stage with a wave that fills several shards.
    open = !isLarge;
    for (let from = start; from < end;) {
      const to = endOfRun(sorted, from, component);
      if (isLarge && filled > 0 && filled + (to - from) > target) begin(false);
      for (let place = from; place < to; place++) shard[sorted[place] as number] = current;
      filled += to - from;
      from = to;
    }
    start = end;
  }
  return { shard, stages };
}

/** The objects by wave, component and number. */
function sortForPublishing({ wave, component }: PublishOrder): Int32Array {
  const sorted = Int32Array.from(wave, (_, object) => object);
  const compare = (a: number, b: number): number =>
    (wave[a] as number) - (wave[b] as number) ||
    (component[a] as number) - (component[b] as number) ||
    a - b;
  return sorted.sort(compare);
}

function endOfRun(sorted: Int32Array, start: number, key: Int32Array): number {
  let end = start;
  const value = key[sorted[start] as number];
  while (end < sorted.length && key[sorted[end] as number] === value) end++;
  return end;
}
