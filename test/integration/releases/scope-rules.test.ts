import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { assetTypeCodes } from '../../../schemas/catalog/asset-types';
import { previewObjects } from '../../../store/releases/preview-pages';
import { failureOf } from '../../support/failure-of';
import { asset, createReleasesWorld, reference, type ReleasesWorld } from './releases-world';

const sneaky = `p'); drop table assets; -- :tenantId ?`;

const lines = [
  asset('project', 'p1', { changedAt: '2026-06-10T00:00:00Z' }),
  asset('project', 'p2'),
  asset('project', sneaky),
  asset('data_segment', 's1'),
  asset('data_segment', 's2'),
  asset('data_source', 'source-of-nobody', { segment: 's2' }),
  asset('rule_template', 'template', { segment: 's2' }),
  asset('statistical_period', 'period'),
  asset('detection_feature', 'feature'),
  asset('logical_fact_table', 't1', { project: 'p1', segment: 's1' }),
  asset('logical_fact_table', 't2', { project: 'p2', segment: 's1' }),
  asset('logical_fact_table', 't3', { project: 'p1', segment: 's2' }),
  asset('logical_fact_table', 't4', { project: 'p1' }),
  asset('logical_fact_table', sneaky, { project: sneaky }),
  asset('business_object', 'of segment two', { segment: 's2' }),
  asset('quality_rule', 'rule', { project: 'p2', segment: 's2' }),
  ...['t1', 't2', 't3'].map((code) =>
    asset('detection_result', `about ${code}`, {
      project: 'p9',
      segment: 's9',
      references: [
        reference('about', 'logical_fact_table', { project: code === 't2' ? 'p2' : 'p1', code }),
      ],
    }),
  ),
  asset('detection_result', 'about nothing', {
    project: 'p1',
    segment: 's1',
    references: [reference('about', null, { project: 'p1', code: 'gone' })],
  }),
];

describe('scope rules', () => {
  let world: ReleasesWorld;
  const select = async (given: Record<string, unknown>): Promise<string[]> => {
    const scope = { method: 'incremental', changed: 'all', types: assetTypeCodes, ...given };
    const run = await world.freeze('retail', { scope: scope as never });
    return (await world.identities(run)).map((one) => one.split(' ').slice(2).join(' '));
  };

  beforeAll(async () => {
    world = await createReleasesWorld();
    await world.load('retail', lines);
  });

  afterAll(() => world.drop());

  it('REL-12 takes by project what carries it, itself, and what is tenant-wide', async () => {
    expect(new Set(await select({ projects: ['p1'] }))).toEqual(
      new Set([
        ...['p1', 's1', 's2', 'source-of-nobody', 'template', 'period', 'feature'],
        ...['t1', 't3', 't4', 'of segment two', 'rule'],
        ...['about t1', 'about t3', 'about nothing'],
      ]),
    );
  });

  it('REL-12 wants both the project and the segment to be chosen, where segments are', async () => {
    expect(new Set(await select({ projects: ['p1'], segments: ['s1'] }))).toEqual(
      new Set([
        ...['p1', 's1', 'source-of-nobody', 'template', 'period', 'feature'],
        ...['t1', 't4', 'rule', 'about t1', 'about nothing'],
      ]),
    );
  });

  it('REL-13 selects detection features once, by either category, and packs them under global', async () => {
    for (const categories of [['global'], ['data_security'], ['global', 'data_security']]) {
      const scope = { method: 'incremental', changed: 'all', categories, projects: ['p1'] };
      const run = await world.freeze('retail', { scope: scope as never });
      const features = (await world.shards(run)).filter((one) => one.type === 'detection_feature');
      expect(features).toMatchObject([
        { path: 'objects/global/detection_feature/0001.ndjson', objectCount: 1 },
      ]);
    }
  });

  it('RUN-21 takes names as values, whatever SQL they look like', async () => {
    const types = ['project', 'logical_fact_table'];
    const selected = await select({ projects: [sneaky], types });
    expect(selected).toHaveLength(2);
    for (const one of selected) expect(one.endsWith(sneaky)).toBe(true);
    expect(await world.count('assets')).toBe(lines.length);
    const scope = {
      method: 'objects',
      objects: [{ type: 'logical_fact_table', project: sneaky, code: sneaky }],
      withDependencies: true,
    } as const;
    expect(await world.identities(await world.freeze('retail', { scope }))).toHaveLength(1);
  });

  it.each([
    ['2026-05-31T15:59:59.999Z', false],
    ['2026-05-31T16:00:00Z', true],
    ['2026-06-30T23:59:59.999+08:00', true],
    ['2026-06-30T16:00:00Z', false],
  ])('REL-11 puts a change at %s into June of Asia/Shanghai: %s', async (changedAt, isIn) => {
    await world.load('retail', [asset('root_word', 'edge', { changedAt })]);
    const run = await world.freeze('retail', {
      scope: {
        method: 'incremental',
        changed: { from: '2026-06-01', to: '2026-06-30' },
        types: ['root_word', 'project'],
        projects: ['p1'],
      },
    });
    expect(await world.identities(run)).toEqual([
      'project  p1',
      ...(isIn ? ['root_word  edge'] : []),
    ]);
  });

  it('REL-8 takes a listed object alone, or with all it depends on, cycles included', async () => {
    await world.load('retail', [
      asset('shell', 'a', {
        project: 'p1',
        references: [reference('upstream', 'shell', { project: 'p1', code: 'b' })],
      }),
      asset('shell', 'b', {
        project: 'p1',
        references: [reference('reads', null, { project: 'p1', code: 'c' })],
      }),
      asset('python', 'c', {
        project: 'p1',
        references: [
          reference('upstream', 'shell', { project: 'p1', code: 'a' }),
          reference('reads', 'shell', { project: 'p1', code: 'nowhere' }),
        ],
      }),
    ]);
    const objects = [{ type: 'shell', project: 'p1', code: 'a' }] as const;
    const alone = await world.freeze('retail', {
      scope: { method: 'objects', objects: [...objects] },
    });
    expect(await world.identities(alone)).toEqual(['shell p1 a']);
    const scope = { method: 'objects', objects: [...objects], withDependencies: true } as const;
    const all = await world.freeze('retail', { scope });
    expect(await world.identities(all)).toEqual(['python p1 c', 'shell p1 a', 'shell p1 b']);

    const release = await world.draft('retail', { scope });
    const page = { tenant: 'retail', release, limit: 10, cursor: undefined };
    const { items } = await previewObjects(world.database, world.user, page);
    expect(items.map((one) => [one.code, one.reason])).toEqual([
      ['c', { kind: 'dependency', of: { type: 'shell', project: 'p1', code: 'b' } }],
      ['a', { kind: 'listed' }],
      ['b', { kind: 'dependency', of: { type: 'shell', project: 'p1', code: 'a' } }],
    ]);
  });

  it('REL-8 names every listed object that is not there', async () => {
    const objects = ['x', 'y'].map((code) => ({ type: 'shell' as const, project: 'p1', code }));
    const failure = await failureOf(
      world.freeze('retail', { scope: { method: 'objects', objects } }),
    );
    expect(failure.code).toBe('ObjectsNotFound');
    expect(failure.findings.map((finding) => finding.object)).toEqual(objects);
  });

  it('REL-8 refuses a scope that selects nothing', async () => {
    const failure = await failureOf(select({ types: ['key'], projects: ['p1'] }));
    expect(failure.code).toBe('ScopeEmpty');
    expect(await world.database('frozen_scopes').where({ object_count: 0 })).toEqual([]);
  });
});
