/** Finds which of many lists of keywords a text holds, in one pass over it. */
export interface KeywordIndex {
  /** Adds the place of every list one of whose keywords the text holds, whatever the case. */
  find(text: string, found: Set<number>): void;
}

/**
 * Builds an Aho–Corasick automaton over lists of keywords. Upper and lower case are the same where a
 * character has one counterpart. Time to search is linear in the text, whatever the keywords.
 */
export function createKeywordIndex(lists: readonly (readonly string[])[]): KeywordIndex {
  const folded = lists.map((list) => list.map((keyword) => keyword.toLowerCase()));
  const { classOf, classCount } = classify(folded);
  const trie = growTrie(folded, classOf, classCount);
  linkFailures(trie, classCount);
  const { ends } = trie;
  const steps = toSteps(trie, classCount);
  return {
    find(text, found) {
      let state = 0;
      for (let place = 0; place < text.length; place++) {
        state = steps[(state >> 1) + (classOf[text.charCodeAt(place)] ?? 0)] ?? 0;
        if ((state & 1) === 0) continue;
        for (const list of ends[(state >> 1) / classCount] ?? []) found.add(list);
      }
    },
  };
}

/** A class for each character of the keywords and its upper case; 0 for all others. */
function classify(lists: readonly (readonly string[])[]): {
  readonly classOf: Uint16Array;
  readonly classCount: number;
} {
  const classOf = new Uint16Array(65_536);
  let classCount = 1;
  for (const keyword of lists.flat()) {
    for (let place = 0; place < keyword.length; place++) {
      const unit = keyword.charCodeAt(place);
      if (classOf[unit] === 0) classOf[unit] = classCount++;
    }
  }
  for (let unit = 0; unit < classOf.length; unit++) {
    const lower = String.fromCharCode(unit).toLowerCase();
    if (lower.length === 1) classOf[unit] = classOf[lower.charCodeAt(0)] ?? 0;
  }
  return { classOf, classCount };
}

interface Trie {
  /** By node and class: the node after it; 0 is the root, and none. */
  readonly next: Int32Array;
  /** By node: the lists of the keywords that end there. */
  readonly ends: number[][];
}

function growTrie(
  lists: readonly (readonly string[])[],
  classOf: Uint16Array,
  classCount: number,
): Trie {
  const nodesAtMost = 1 + lists.flat().reduce((sum, keyword) => sum + keyword.length, 0);
  const next = new Int32Array(nodesAtMost * classCount);
  const ends: number[][] = [[]];
  lists.forEach((keywords, list) => {
    for (const keyword of keywords) {
      let node = 0;
      for (let place = 0; place < keyword.length; place++) {
        const edge = node * classCount + (classOf[keyword.charCodeAt(place)] ?? 0);
        if (next[edge] === 0) next[edge] = ends.push([]) - 1;
        node = next[edge] ?? 0;
      }
      ends[node]?.push(list);
    }
  });
  return { next, ends };
}

/** Breadth first: where a node has no child of a class, the search goes on as its longest suffix would. */
function linkFailures({ next, ends }: Trie, classCount: number): void {
  const failure = new Int32Array(ends.length);
  const queue = [0];
  for (let head = 0; head < queue.length; head++) {
    const node = queue[head] ?? 0;
    for (let unitClass = 0; unitClass < classCount; unitClass++) {
      const edge = node * classCount + unitClass;
      const child = next[edge] ?? 0;
      const suffix = node === 0 ? 0 : (next[(failure[node] ?? 0) * classCount + unitClass] ?? 0);
      if (child === 0) {
        next[edge] = suffix;
        continue;
      }
      failure[child] = suffix;
      ends[child] = [...new Set([...(ends[child] ?? []), ...(ends[suffix] ?? [])])];
      queue.push(child);
    }
  }
}

/** The same edges as the search wants them: where the node’s edges begin, and a bit for the end of a keyword. */
function toSteps({ next, ends }: Trie, classCount: number): Int32Array {
  return next.map((node) => node * classCount * 2 + Number((ends[node]?.length ?? 0) > 0));
}
