import { describe, expect, it } from '@jest/globals';
import { decidePublishOrder, type PublishOrder } from '../../../../store/publishing/publish-order';

type Edge = readonly [from: number, to: number];

function order(objectCount: number, edges: readonly Edge[]): PublishOrder {
  return decidePublishOrder({
    objectCount,
    from: Int32Array.from(edges.map(([from]) => from)),
    to: Int32Array.from(edges.map(([, to]) => to)),
  });
}

/** Edges that the order breaks: neither inside a component nor from a later wave to an earlier one. */
function broken({ component, wave }: PublishOrder, edges: readonly Edge[]): Edge[] {
  return edges.filter(
    ([from, to]) => component[from] !== component[to] && (wave[from] ?? 0) <= (wave[to] ?? 0),
  );
}

describe('decidePublishOrder', () => {
  it('REL-37 puts what is needed first, and what is independent side by side', () => {
    const { wave, waveCount } = order(4, [
      [2, 0],
      [2, 1],
      [3, 2],
    ]);
    expect([...wave]).toEqual([0, 0, 1, 2]);
    expect(waveCount).toBe(3);
  });

  it('REL-37 keeps a cycle together, after what it needs and before what needs it', () => {
    const edges: Edge[] = [
      [1, 0],
      [1, 2],
      [2, 3],
      [3, 1],
      [4, 3],
    ];
    const { component, wave, componentCount } = order(5, edges);
    expect(new Set([component[1], component[2], component[3]]).size).toBe(1);
    expect([...wave]).toEqual([0, 1, 1, 1, 2]);
    expect(componentCount).toBe(3);
  });

  it('REL-37 takes no notice of an object that needs itself, or another one twice', () => {
    const { wave, componentCount } = order(2, [
      [0, 0],
      [1, 0],
      [1, 0],
    ]);
    expect([[...wave], componentCount]).toEqual([[0, 1], 2]);
  });

  it('REL-37 orders nothing at all', () => {
    expect(order(0, [])).toMatchObject({ componentCount: 0, waveCount: 0 });
  });

  it('REL-37 follows a chain of 200,000 objects', () => {
    const count = 200_000;
    const edges = Array.from({ length: count - 1 }, (_, index): Edge => [index, index + 1]);
    const { wave, waveCount } = order(count, edges);
    expect([wave[0], wave[count - 1], waveCount]).toEqual([count - 1, 0, count]);
  });

  it('REL-37 respects every edge of random graphs, and joins only what needs each other', () => {
    let seed = 7;
    const random = (below: number): number => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return seed % below;
    };
    for (let round = 0; round < 30; round++) {
      const count = 1 + random(40);
      const edges = Array.from({ length: random(80) }, (): Edge => [random(count), random(count)]);
      const made = order(count, edges);
      expect(broken(made, edges)).toEqual([]);
      const reach = reachability(count, edges);
      const wrong = pairs(count).filter(([a, b]) => {
        const together = a === b || (reach[a]?.[b] === true && reach[b]?.[a] === true);
        return (made.component[a] === made.component[b]) !== together;
      });
      expect(wrong).toEqual([]);
    }
  });
});

function pairs(count: number): Edge[] {
  const all = Array.from({ length: count }, (_, index) => index);
  return all.flatMap((a) => all.map((b): Edge => [a, b]));
}

/** Warshall’s algorithm: the plain definition, to compare with. */
function reachability(count: number, edges: readonly Edge[]): boolean[][] {
  const reach = Array.from({ length: count }, () => new Array<boolean>(count).fill(false));
  const add = (from: number, to: number): void => {
    const row = reach[from];
    if (row !== undefined) row[to] = true;
  };
  for (const [from, to] of edges) add(from, to);
  for (let via = 0; via < count; via++) {
    for (let from = 0; from < count; from++) {
      if (reach[from]?.[via] !== true) continue;
      for (let to = 0; to < count; to++) if (reach[via]?.[to] === true) add(from, to);
    }
  }
  return reach;
}
