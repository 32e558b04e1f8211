import { describe, expect, it } from '@jest/globals';
import type { FrozenShard } from '../../../../schemas/releases/frozen-scope';
import { toShardPortions } from '../../../../store/releases/shard-portions';

const shardsOf = (...bytes: readonly number[]): FrozenShard[] =>
  bytes.map((byteCount, index) => ({
    number: index + 1,
    kind: 'objects',
    type: 'python',
    path: `objects/development/python/${index + 1}.ndjson`,
    objectCount: 1,
    byteCount,
    digest: '',
  }));

describe('toShardPortions', () => {
  it('REL-19 puts every shard into one portion, in order', () => {
    const shards = shardsOf(...Array.from({ length: 100 }, (_, index) => index * 400_000));
    const numbers = toShardPortions(shards).flatMap(({ first, last }) =>
      Array.from({ length: last - first + 1 }, (_, index) => first + index),
    );
    expect(numbers).toEqual(shards.map(({ number }) => number));
  });

  it('gives a large shard a portion of its own, and small ones one together', () => {
    expect(toShardPortions(shardsOf(16e6, 16e6))).toEqual([
      { first: 1, last: 1 },
      { first: 2, last: 2 },
    ]);
    expect(toShardPortions(shardsOf(100, 100, 100))).toEqual([{ first: 1, last: 3 }]);
    expect(toShardPortions(shardsOf(100, 16e6, 100, 100))).toEqual([
      { first: 1, last: 1 },
      { first: 2, last: 2 },
      { first: 3, last: 4 },
    ]);
  });

  it('counts what a shard costs beside its content', () => {
    const portions = toShardPortions(shardsOf(...Array<number>(40).fill(0)));
    expect(portions.length).toBeGreaterThan(1);
    expect(portions.at(-1)?.last).toBe(40);
  });

  it('gives none for no shards', () => expect(toShardPortions([])).toEqual([]));
});
