import { describe, expect, it } from '@jest/globals';
import { applyPatch } from 'rfc6902';
import { documentPatch } from '../../../archive/document-patch';

const column = (name: string, type = 'INTEGER') => ({ name, type });
const columns = (...names: string[]) => ({ columns: names.map((name) => column(name)) });

describe('a patch of two documents', () => {
  it('REL-31 names the fields that differ', () => {
    const before = { owner: 'li', definition: { sql: 'select 1', tier: 2 }, labels: { a: 'x' } };
    const after = { owner: 'wang', definition: { sql: 'select 1' }, labels: { a: 'x', b: 'y' } };
    expect(documentPatch(before, after)).toEqual([
      { op: 'replace', path: '/owner', value: 'wang' },
      { op: 'remove', path: '/definition/tier' },
      { op: 'add', path: '/labels/b', value: 'y' },
    ]);
  });

  it('REL-31 says of a list only what was added, removed or changed in it', () => {
    expect(documentPatch(columns('a', 'b', 'c'), columns('a', 'x', 'b', 'c'))).toEqual([
      { op: 'add', path: '/columns/1', value: column('x') },
    ]);
    expect(documentPatch(columns('a', 'b', 'c'), columns('a', 'c'))).toEqual([
      { op: 'remove', path: '/columns/1' },
    ]);
    const wider = { columns: [column('a'), column('b', 'STRING'), column('c')] };
    expect(documentPatch(columns('a', 'b', 'c'), wider)).toEqual([
      { op: 'replace', path: '/columns/1/type', value: 'STRING' },
    ]);
  });

  it('REL-31 turns the one into the other when it is applied', () => {
    const lists = [[], ['a'], ['a', 'a'], ['a', 'b', 'c'], ['c', 'b'], ['b', 'a', 'b', 'a']];
    const documents = lists.map((list) => ({ 'odd/~key': { ...columns(...list), list } }));
    for (const before of documents) {
      for (const after of documents) {
        const copy = structuredClone(before);
        const faults = applyPatch(copy, documentPatch(before, after));
        expect([copy, faults.filter((fault) => fault !== null)]).toEqual([after, []]);
      }
    }
  });

  it('REL-31 compares long lists in time that grows with their length', () => {
    const wide = (type: string) => ({
      columns: Array.from({ length: 20_000 }, (_, at) => column(`c${String(at)}`, type)),
    });
    const startedAt = performance.now();
    expect(documentPatch(wide('INTEGER'), wide('STRING'))).toHaveLength(20_000);
    expect(performance.now() - startedAt).toBeLessThan(10_000);
  });
});
