import { describe, expect, it } from '@jest/globals';
import { decidePublishOrder, type PublishOrder } from '../../../../store/publishing/publish-order';
import { packPublishShards } from '../../../../store/publishing/publish-shards';

const orderOf = (
  objectCount: number,
  edges: readonly (readonly [number, number])[],
): PublishOrder =>
  decidePublishOrder({
    objectCount,
    from: Int32Array.from(edges, ([from]) => from),
    to: Int32Array.from(edges, ([, to]) => to),
  });

/** The stage of each object. */
function stagesOf(packed: ReturnType<typeof packPublishShards>): number[] {
  const stageOfShard: number[] = [];
  packed.stages.forEach((count, stage) => {
    for (let shard = 0; shard < count; shard++) stageOfShard.push(stage);
  });
  return [...packed.shard].map((shard) => stageOfShard[shard - 1] ?? -1);
}

describe('packPublishShards', () => {
  it('REL-37 gives independent objects one stage of several shards', () => {
    const packed = packPublishShards(orderOf(25, []), 10);
    expect(packed.stages).toEqual([3]);
    expect(new Set(packed.shard)).toEqual(new Set([1, 2, 3]));
  });

  it('REL-37 puts what needs something into a later stage or behind it in the same shard', () => {
    const edges = Array.from({ length: 300 }, (_, at) => [at + 1, Math.floor(at / 7)] as const);
    const order = orderOf(301, edges);
    const packed = packPublishShards(order, 20);
    const stages = stagesOf(packed);
    for (const [from, to] of edges) {
      const isBehind =
        packed.shard[from] === packed.shard[to] &&
        (order.wave[from] as number) > (order.wave[to] as number);
      expect(isBehind || (stages[from] as number) > (stages[to] as number)).toBe(true);
    }
    expect(packed.stages.reduce((sum, count) => sum + count, 0)).toBe(Math.max(...packed.shard));
  });

  it('REL-37 packs a chain into few shards, one after another', () => {
    const edges = Array.from({ length: 9_999 }, (_, at) => [at + 1, at] as const);
    const packed = packPublishShards(orderOf(10_000, edges), 500);
    expect(packed.stages).toEqual(Array.from({ length: 20 }, () => 1));
  });

  it('REL-37 never splits objects that need each other', () => {
    const ring = Array.from({ length: 40 }, (_, at) => [at, (at + 1) % 40] as const);
    const packed = packPublishShards(orderOf(45, ring), 10);
    expect(new Set(packed.shard.subarray(0, 40)).size).toBe(1);
  });

  it('REL-37 gives nothing to do for nothing', () => {
    expect(packPublishShards(orderOf(0, []), 10).stages).toEqual([]);
  });
});
