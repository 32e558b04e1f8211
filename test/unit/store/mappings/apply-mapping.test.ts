import { describe, expect, it } from '@jest/globals';
import type { AssetDocument } from '../../../../schemas/catalog/asset-document';
import type { MappingRule, ObjectRule } from '../../../../schemas/mappings/mapping-rules';
import {
  applyMapping,
  type AppliedMapping,
  type ObjectName,
} from '../../../../store/mappings/apply-mapping';

const project = (from: string, to: string): MappingRule => ({ kind: 'project', from, to });
const segment = (from: string, to: string): MappingRule => ({ kind: 'segment', from, to });
const owner = (from: string, to: string): MappingRule => ({ kind: 'owner', from, to });

describe('a mapping without rules', () => {
  it('RUN-25 is nothing to apply', () => {
    expect(applyMapping([])).toBeUndefined();
  });
});

describe('documents', () => {
  it('RUN-25 are the very same object where no rule applies', () => {
    const given = task();
    const mapping = ready([project('other', 'x'), owner('nobody', 'li'), table('p', 'x', 'y')]);
    expect(mapping.document(given)).toBe(given);
  });

  it('RUN-25 carry the new project, segment and owner, and nothing else changes', () => {
    const given = task();
    const copy = structuredClone(given);
    const mapped = ready([project('dev', 'prod'), segment('s', 't'), owner('li', 'wang')]).document(
      given,
    );
    expect(mapped).toEqual({
      ...given,
      project: 'prod',
      segment: 't',
      owner: 'wang',
      references: [
        { role: 'reads', type: null, project: 'prod', code: 'orders', note: 'kept' },
        { role: 'reads', type: 'data_source', project: null, code: 'pg' },
        { role: 'project', type: 'project', project: null, code: 'prod' },
      ],
    });
    expect(given).toEqual(copy);
  });

  it('RUN-25 of projects and segments are renamed themselves, others of that code are not', () => {
    const { document } = ready([project('dev', 'prod'), segment('s', 't')]);
    const codes = ['project', 'data_segment', 'data_source'].map(
      (type) =>
        document(task({ type, project: null, code: type === 'data_segment' ? 's' : 'dev' })).code,
    );
    expect(codes).toEqual(['prod', 't', 'dev']);
  });

  it('RUN-25 that a rule for references names keep their own name', () => {
    const mapped = ready([table('dev', 'orders', 'orders_v2')]).document(
      task({ type: 'meta_table', code: 'orders', references: [] }),
    );
    expect(mapped).toMatchObject({ project: 'dev', code: 'orders' });
  });

  it('RUN-25 take each name once, so that names can be swapped and handed on', () => {
    const { document } = ready([
      project('dev', 'prod'),
      project('prod', 'dev'),
      project('b', 'dev2'),
    ]);
    const projects = ['dev', 'prod', 'b', 'dev2'].map(
      (code) => document(task({ project: code })).project,
    );
    expect(projects).toEqual(['prod', 'dev', 'dev2', 'dev2']);
  });
});

describe('references', () => {
  it('RUN-25 follow the rule of their type before that of their project', () => {
    const { reference } = ready([
      project('dev', 'prod'),
      table('dev', 'a', 'a2'),
      {
        kind: 'meta_table',
        from: { project: 'dev', code: 'b' },
        to: { project: 'dev', code: 'b' },
      },
      { kind: 'meta_table', from: { project: 'dev', code: 'c' }, to: { project: null, code: 'c' } },
    ]);
    const named = ['a', 'b', 'c', 'd'].map((code) => {
      const given: ObjectName = { type: 'meta_table', project: 'dev', code };
      const to = reference(given);
      return [to.project, to.code];
    });
    expect(named).toEqual([
      ['prod', 'a2'],
      ['dev', 'b'],
      [null, 'c'],
      ['prod', 'd'],
    ]);
  });

  it('RUN-25 of another type or project are left alone', () => {
    const { reference } = ready([table('dev', 'a', 'a2')]);
    for (const given of [
      { type: 'shell', project: 'dev', code: 'a' },
      { type: 'meta_table', project: 'prod', code: 'a' },
      { type: 'meta_table', project: null, code: 'a' },
    ])
      expect(reference(given)).toBe(given);
  });

  it('RUN-25 without type follow a rule for their project and code', () => {
    const { reference } = ready([table('dev', 'a', 'a2')]);
    expect(reference({ type: null, project: 'dev', code: 'a' }).code).toBe('a2');
  });

  it('RUN-25 without type stay where rules of two types lead to different objects', () => {
    const { reference } = ready([
      table('dev', 'a', 'a2'),
      { ...table('dev', 'a', 'a3'), kind: 'shell' },
      { ...table('dev', 'a', 'a2'), kind: 'python' },
    ]);
    const untyped = { type: null, project: 'dev', code: 'a' };
    expect(reference(untyped)).toBe(untyped);
    expect(reference({ ...untyped, type: 'shell' }).code).toBe('a3');
  });

  it('RUN-25 with an empty project name objects of the tenant', () => {
    const { reference } = ready([
      { kind: 'data_source', from: { project: null, code: 'pg' }, to: { code: 'pg2' } },
    ]);
    expect(reference({ type: 'data_source', project: '', code: 'pg' }).code).toBe('pg2');
  });
});

describe('identities', () => {
  it('RUN-25 of deletions and examples are renamed as documents are, not as references', () => {
    const { identity } = ready([project('dev', 'prod'), table('dev', 'a', 'a2')]);
    expect(identity({ type: 'meta_table', project: 'dev', code: 'a' })).toEqual({
      type: 'meta_table',
      project: 'prod',
      code: 'a',
    });
  });
});

function task(members: Partial<AssetDocument> = {}): AssetDocument {
  return {
    type: 'compute_task',
    project: 'dev',
    segment: 's',
    code: 'daily',
    name: 'dev',
    owner: 'li',
    changedAt: '2026-06-01T08:00:00Z',
    changedBy: 'li',
    labels: { team: 'dev' },
    references: [
      { role: 'reads', type: null, project: 'dev', code: 'orders', note: 'kept' },
      { role: 'reads', type: 'data_source', project: null, code: 'pg' },
      { role: 'project', type: 'project', project: null, code: 'dev' },
    ],
    definition: { sql: 'select * from dev.orders', owner: 'li' },
    ...members,
  };
}

function table(projectCode: string, from: string, to: string): ObjectRule {
  return { kind: 'meta_table', from: { project: projectCode, code: from }, to: { code: to } };
}

function ready(rules: readonly MappingRule[]): AppliedMapping {
  const mapping = applyMapping(rules);
  if (mapping === undefined) throw new Error('there are rules');
  return mapping;
}
