/**
 * What refers to what: `from[i]` needs `to[i]`, by the numbers of objects from 0. An object that
 * needs itself, or the same one twice, counts once.
 */
export interface ReferenceGraph {
  readonly objectCount: number;
  readonly from: Int32Array;
  readonly to: Int32Array;
}

/** The order in which objects go online. */
export interface PublishOrder {
  /** Of each object: objects of one component need each other and go together. */
  readonly component: Int32Array;
  /** Of each object, from 0: all that it needs is in earlier waves or in its component. */
  readonly wave: Int32Array;
  readonly componentCount: number;
  readonly waveCount: number;
}

/**
 * Orders objects by what they need (REL-37): strongly connected components by Tarjan (1972) without
 * recursion, since chains may be as long as the graph; then for each component the length of the
 * longest chain below it. Linear in objects and references.
 *
 * @example
 * decidePublishOrder({ objectCount: 2, from: Int32Array.of(1), to: Int32Array.of(0) });
 * // object 0 in wave 0, object 1 in wave 1
 */
export function decidePublishOrder(graph: ReferenceGraph): PublishOrder {
  const edges = sortByOrigin(graph);
  const { component, componentCount } = findComponents(graph.objectCount, edges);
  const waveOf = new Int32Array(componentCount);
  // Tarjan closes a component after all that it needs: their waves are known by then.
  const members = sortByComponent(component, componentCount);
  let waveCount = graph.objectCount === 0 ? 0 : 1;
  for (let closed = 0; closed < componentCount; closed++) {
    let wave = 0;
    for (let place = at(members.start, closed); place < at(members.start, closed + 1); place++) {
      const object = at(members.list, place);
      for (let edge = at(edges.start, object); edge < at(edges.start, object + 1); edge++) {
        const needed = at(component, at(edges.to, edge));
        if (needed !== closed) wave = Math.max(wave, at(waveOf, needed) + 1);
      }
    }
    waveOf[closed] = wave;
    waveCount = Math.max(waveCount, wave + 1);
  }
  const wave = component.map((one) => at(waveOf, one));
  return { component, wave, componentCount, waveCount };
}

interface Edges {
  /** The edges of object n are those from `start[n]` to before `start[n + 1]`. */
  readonly start: Int32Array;
  readonly to: Int32Array;
}

function sortByOrigin({ objectCount, from, to }: ReferenceGraph): Edges {
  const start = countingStarts(from, objectCount);
  const next = start.slice();
  const sorted = new Int32Array(to.length);
  from.forEach((object, edge) => {
    const place = at(next, object);
    sorted[place] = at(to, edge);
    next[object] = place + 1;
  });
  return { start, to: sorted };
}

function sortByComponent(
  component: Int32Array,
  count: number,
): { readonly start: Int32Array; readonly list: Int32Array } {
  const start = countingStarts(component, count);
  const next = start.slice();
  const list = new Int32Array(component.length);
  component.forEach((one, object) => {
    const place = at(next, one);
    list[place] = object;
    next[one] = place + 1;
  });
  return { start, list };
}

function countingStarts(keys: Int32Array, count: number): Int32Array {
  const start = new Int32Array(count + 1);
  for (const key of keys) start[key + 1] = at(start, key + 1) + 1;
  for (let key = 0; key < count; key++) start[key + 1] = at(start, key + 1) + at(start, key);
  return start;
}

const unseen = -1;

/** Components are numbered in the order in which they close. */
function findComponents(
  objectCount: number,
  edges: Edges,
): { readonly component: Int32Array; readonly componentCount: number } {
  const index = new Int32Array(objectCount).fill(unseen);
  const low = new Int32Array(objectCount);
  const component = new Int32Array(objectCount).fill(unseen);
  const cursor = edges.start.slice(0, objectCount);
  const open: number[] = [];
  const path: number[] = [];
  let visited = 0;
  let componentCount = 0;

  const enter = (object: number): void => {
    index[object] = low[object] = visited++;
    open.push(object);
    path.push(object);
  };
  const close = (root: number): void => {
    for (let object = open.pop(); object !== undefined; object = open.pop()) {
      component[object] = componentCount;
      if (object === root) break;
    }
    componentCount++;
  };
  for (let first = 0; first < objectCount; first++) {
    if (at(index, first) !== unseen) continue;
    enter(first);
    for (let object = path.at(-1); object !== undefined; object = path.at(-1)) {
      const edge = at(cursor, object);
      if (edge < at(edges.start, object + 1)) {
        cursor[object] = edge + 1;
        const needed = at(edges.to, edge);
        if (at(index, needed) === unseen) enter(needed);
        else if (at(component, needed) === unseen) {
          low[object] = Math.min(at(low, object), at(index, needed));
        }
        continue;
      }
      path.pop();
      const parent = path.at(-1);
      if (parent !== undefined) low[parent] = Math.min(at(low, parent), at(low, object));
      if (at(low, object) === at(index, object)) close(object);
    }
  }
  return { component, componentCount };
}

/** Every index here lies inside its list. */
function at(list: Int32Array, index: number): number {
  return list[index] as number;
}
