import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { PlanChange } from '../../../schemas/imports/three-way';
import { planImport } from '../../../store/imports/plan-import';
import { deletion, line } from '../catalog/catalog-world';
import { createPlanWorld, type PlanWorld } from './plan-world';

/** What the last import brought, what is here now, what comes: contents by letter. */
type Situation =
  | `${'none' | 'A'} ${'A' | 'B' | 'deleted'} ${'A' | 'B' | 'C' | 'deletion'}`
  | `none never ${'A' | 'B' | 'C' | 'deletion'}`;

const expected: Record<Situation, PlanChange> = {
  'none never A': 'new',
  'none never B': 'new',
  'none never C': 'new',
  'none never deletion': 'same',
  'none deleted A': 'new',
  'none deleted B': 'new',
  'none deleted C': 'new',
  'none deleted deletion': 'same',
  'none A A': 'same',
  'none A B': 'conflict',
  'none A C': 'conflict',
  'none A deletion': 'conflict',
  'none B A': 'conflict',
  'none B B': 'same',
  'none B C': 'conflict',
  'none B deletion': 'conflict',
  'A A A': 'same',
  'A A B': 'changed',
  'A A C': 'changed',
  'A A deletion': 'deleted',
  'A B A': 'only-on-target-changed',
  'A B B': 'same',
  'A B C': 'conflict',
  'A B deletion': 'conflict',
  'A deleted A': 'only-on-target-changed',
  'A deleted B': 'conflict',
  'A deleted C': 'conflict',
  'A deleted deletion': 'same',
};
const situations = Object.keys(expected) as Situation[];

describe('the three-way comparison', () => {
  let world: PlanWorld;
  let target: number;

  beforeAll(async () => {
    world = await createPlanWorld();
    target = await world.addTarget('target');
    await setUp();
  });

  afterAll(() => world.drop());

  /** One object a situation, whose code is the situation. */
  async function setUp(): Promise<void> {
    const having = (place: 0 | 1, ...states: string[]) =>
      situations.filter((one) => states.includes(one.split(' ')[place] ?? ''));
    await world.bring(
      target,
      having(0, 'A').map((code) => content(code, 'A')),
    );
    const here = (state: string) => having(1, state).map((code) => content(code, state));
    await world.load('target', [...here('A'), ...here('B')]);
    await world.load(
      'target',
      having(1, 'deleted').map((code) => content(code, 'A')),
    );
    await world.load(
      'target',
      having(1, 'deleted').map((code) => deletion(code)),
    );
  }

  function content(code: string, letter: string): string {
    return line(code, { definition: { sql: `select '${letter}'` } });
  }

  it('REL-31 tells of every base, target and incoming content what becomes of it', async () => {
    const lines = situations.map((code) => {
      const incoming = code.split(' ')[2] ?? '';
      return incoming === 'deletion' ? deletion(code) : content(code, incoming);
    });
    const run = await world.begin(target, await world.pack(target, lines));
    const plan = await planImport(world.database, run);
    const changes = await world.changes(run.runId);
    const found = Object.fromEntries(
      situations.map((code) => [
        code,
        changes[`database_sql orders ${code}`]?.replace(/ \S+$/, '') ?? 'same',
      ]),
    );
    expect(found).toEqual(expected);
    const of = (change: PlanChange) =>
      situations.filter((situation) => expected[situation] === change).length;
    expect(plan.counts).toMatchObject({
      new: of('new'),
      changed: of('changed'),
      deleted: of('deleted'),
      same: of('same'),
      onlyOnTargetChanged: of('only-on-target-changed'),
      conflict: of('conflict'),
      writes: of('new') + of('changed') + of('deleted'),
    });
  });
});
