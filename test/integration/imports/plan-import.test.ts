import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { planImport } from '../../../store/imports/plan-import';
import { failureOf } from '../../support/failure-of';
import { deletion, line } from '../catalog/catalog-world';
import { createPlanWorld, projectLine, type PlanWorld } from './plan-world';

const sql = (code: string, text: string): string => line(code, { definition: { sql: text } });
const python = (code: string, text: string): string =>
  line(code, { type: 'python', definition: { text } });
const source = (authentication: unknown, host = 'erp'): string =>
  line('erp', { type: 'data_source', project: null, definition: { host, authentication } });

describe('planning an import', () => {
  let world: PlanWorld;
  let tenants = 0;

  beforeAll(async () => {
    world = await createPlanWorld();
  });

  afterAll(() => world.drop());

  const addTarget = async () => {
    const code = `t${String(++tenants)}`;
    return { code, id: await world.addTarget(code) };
  };
  type Options = Parameters<PlanWorld['begin']>[2];
  const plan = async (tenantId: number, lines: readonly string[], options?: Options) => {
    const run = await world.begin(tenantId, await world.pack(tenantId, lines), options);
    return { run, plan: await planImport(world.database, run) };
  };
  const codes = (findings: readonly { code: string; severity: string }[]) =>
    findings.map((finding) => `${finding.severity} ${finding.code}`);

  /** Three objects that were changed on both sides since an import. */
  async function conflicting(): Promise<{ id: number; lines: string[] }> {
    const { code, id } = await addTarget();
    await world.bring(id, [sql('a', '1'), sql('b', '1'), python('c', '1')]);
    await world.load(code, [sql('a', 'here'), sql('b', 'here'), python('c', 'here')]);
    return { id, lines: [sql('a', '2'), sql('b', '2'), python('c', '2')] };
  }

  it('REL-31 lets conflicts fail, each as a finding, where no policy says what becomes of them', async () => {
    const { id, lines } = await conflicting();
    const { run, plan: planned } = await plan(id, lines);
    expect(codes(planned.findings)).toEqual(Array(3).fill('error ObjectConflict'));
    expect(planned.findings[0]?.object).toEqual({
      type: 'database_sql',
      project: 'orders',
      code: 'a',
    });
    expect(planned.counts).toMatchObject({ conflict: 3, writes: 0 });
    expect(await world.changes(run.runId)).toMatchObject({
      'database_sql orders a': 'conflict fail',
    });
  });

  it('REL-31 takes the policy of the object, else of its type, else the default', async () => {
    const { id, lines } = await conflicting();
    const { run, plan: planned } = await plan(id, lines, {
      policies: {
        default: 'fail',
        types: { database_sql: 'skip', python: 'overwrite' },
        objects: [{ type: 'database_sql', project: 'orders', code: 'b', policy: 'overwrite' }],
      },
    });
    expect(await world.changes(run.runId)).toEqual({
      'database_sql orders a': 'conflict keep',
      'database_sql orders b': 'conflict write',
      'python orders c': 'conflict write',
    });
    expect(planned.findings).toEqual([]);
    expect(planned.counts).toMatchObject({ conflict: 3, writes: 2 });
  });

  it('REL-31 warns of policies for objects that are in no conflict', async () => {
    const { id } = await addTarget();
    const policy = 'skip' as const;
    const { plan: planned } = await plan(id, [sql('a', '1')], {
      policies: {
        objects: [
          { type: 'database_sql', project: 'orders', code: 'a', policy },
          { type: 'database_sql', project: 'orders', code: 'not there', policy },
        ],
      },
    });
    expect(codes(planned.findings)).toEqual(Array(2).fill('warning PolicyUnused'));
  });

  it('REL-31 tells at most 100 conflicts one by one and counts the rest', async () => {
    const { code, id } = await addTarget();
    const numbers = Array.from({ length: 103 }, (_, index) => `c${String(index)}`);
    await world.load(
      code,
      numbers.map((one) => sql(one, 'here')),
    );
    const { plan: planned } = await plan(
      id,
      numbers.map((one) => sql(one, 'there')),
    );
    expect(planned.findings).toHaveLength(101);
    expect(planned.findings.at(-1)).toMatchObject({ code: 'ObjectConflict' });
    expect(planned.findings.at(-1)).not.toHaveProperty('object');
  });

  it('REL-31 compares secrets where the package brings any', async () => {
    const { code, id } = await addTarget();
    const change = async (text: string) => {
      const { run } = await plan(id, [text]);
      return (await world.changes(run.runId))['data_source  erp'] ?? 'same';
    };
    await world.bring(id, [source({ password: 'one' })]);
    expect(await change(source({ password: 'one' }))).toBe('same');
    expect(await change(source(null))).toBe('same');
    expect(await change(source({ password: 'two' }))).toBe('changed write');
    await world.load(code, [source({ password: 'here' })]);
    expect(await change(source({ password: 'one' }))).toBe('only-on-target-changed keep');
    expect(await change(source({ password: 'two' }))).toBe('conflict fail');
    expect(await change(source(null))).toBe('same');
    expect(await change(source(null, 'other'))).toBe('changed write');
  });

  it('REL-31 keeps secrets of the target where the package has cleared them', async () => {
    const { code, id } = await addTarget();
    const row = () =>
      world.database('assets').where({ tenant_id: id, type: 'data_source' }).first();
    await world.load(code, [source({ password: 'here' })]);
    const before = (await row()) as { sealed_secrets: Buffer };
    await world.bring(id, [source(null, 'other')], { policies: { default: 'overwrite' } });
    expect(await row()).toMatchObject({
      version: 2,
      sealed_secrets: before.sealed_secrets,
    });
  });

  it('REL-31 finds missing references by what the tenant has under equal names', async () => {
    const { code, id } = await addTarget();
    await world.load(code, [sql('here', '1'), sql('leaving', '1')]);
    const indexId = await world.pack(id, [sql('a', '1'), deletion('leaving')]);
    const example = JSON.stringify({ type: 'database_sql', project: 'orders', code: 'a' });
    const required = (type: string, missing: string, count: number) => ({
      ...{ index_id: indexId, type, project: 'orders', code: missing },
      ...{ roles: ['reads'], reference_count: count, example },
    });
    await world
      .database('package_requirements')
      .insert([
        required('', 'here', 9),
        required('python', 'here', 1),
        required('', 'leaving', 2),
        required('', 'gone', 3),
      ]);
    const run = await world.begin(id, indexId, { policies: { default: 'overwrite' } });
    const planned = await planImport(world.database, run);
    expect(planned.counts.missingReferences).toBe(3);
    expect(planned.findings).toMatchObject([
      { code: 'ReferenceMissing', severity: 'warning', object: { type: null, code: 'gone' } },
      { code: 'ReferenceMissing', object: { code: 'leaving' } },
      { code: 'ReferenceMissing', object: { type: 'python', code: 'here' } },
    ]);
  });

  it('REL-31 refuses objects of a project that is nowhere, unless overridden', async () => {
    const { id } = await addTarget();
    const missing = line('a', { project: 'nowhere' });
    const brought = line('b', { project: 'brought' });
    const project = line('brought', { type: 'project', project: null, definition: {} });
    const { plan: planned } = await plan(id, [missing, brought, project, sql('c', '1')]);
    expect(planned.findings).toMatchObject([
      {
        ...{ code: 'ProjectMissing', severity: 'error', overridable: true },
        object: { type: 'project', project: null, code: 'nowhere' },
      },
    ]);
  });

  it('REL-31 refuses objects of a project that the package deletes', async () => {
    const { id } = await addTarget();
    await world.bring(id, [projectLine]);
    const gone = deletion('orders', { type: 'project', project: null });
    const { plan: planned } = await plan(id, [gone, sql('a', '1')]);
    expect(codes(planned.findings)).toEqual(['error ProjectMissing']);
  });

  it('REL-32 gives the same plan the same digest, and another one when anything of it differs', async () => {
    const { code, id } = await addTarget();
    await world.bring(id, [sql('a', '1'), sql('b', '1')]);
    const indexId = await world.pack(id, [sql('a', '2'), sql('b', '2'), sql('c', '2')]);
    const digest = async (index: number, options?: Options) =>
      (await planImport(world.database, await world.begin(id, index, options))).digest;
    const first = await digest(indexId);
    expect(first).toMatch(/^[0-9a-f]{64}$/);
    expect(await digest(indexId)).toBe(first);
    const again = await world.begin(id, indexId);
    await planImport(world.database, again);
    expect((await planImport(world.database, again)).digest).toBe(first);
    const samePackage = await world.pack(id, [sql('a', '2'), sql('b', '2'), sql('c', '2')]);
    expect(await digest(samePackage)).not.toBe(first);
    expect(await digest(indexId, { policies: { default: 'skip' } })).not.toBe(first);
    await world.load(code, [sql('elsewhere', '1')]);
    expect(await digest(indexId)).toBe(first);
    await world.load(code, [sql('b', 'here')]);
    const moved = await digest(indexId);
    expect(moved).not.toBe(first);
    // The content of before, in a newer version: it moved all the same.
    await world.load(code, [sql('b', '1')]);
    expect([first, moved]).not.toContain(await digest(indexId));
  });

  it('REL-32 finds that the plan is not the expected one', async () => {
    const { id } = await addTarget();
    const lines = [sql('a', '1')];
    const indexId = await world.pack(id, lines);
    const { digest } = await planImport(world.database, await world.begin(id, indexId));
    const passes = await world.begin(id, indexId, { expectedPlan: digest });
    expect((await planImport(world.database, passes)).findings).toEqual([]);
    const fails = await world.begin(id, indexId, { expectedPlan: '0'.repeat(64) });
    expect(codes((await planImport(world.database, fails)).findings)).toEqual(['error PlanMoved']);
  });

  it('REL-33 names the shards with contents that the catalog lacks', async () => {
    const { id } = await addTarget();
    const indexId = await world.pack(id, [sql('a', '1'), sql('b', '1'), sql('c', '1')]);
    const objects = () => world.database('package_objects').where({ index_id: indexId });
    const lacking = Buffer.alloc(32, 9);
    await objects().where({ code: 'b' }).update({ shard: 7, digest: lacking, byte_count: 100 });
    await objects().where({ code: 'c' }).update({ shard: 8 });
    const planned = await planImport(world.database, await world.begin(id, indexId));
    expect(planned).toMatchObject({
      stageShards: [7],
      stageObjectCount: 1,
      stageByteCount: 100,
    });
  });

  it('REL-29 plans nothing from a package that is not wholly written down', async () => {
    const { id } = await addTarget();
    const indexId = await world.pack(id, [sql('a', '1')]);
    await world.database('package_indexes').where({ id: indexId }).update({ completed_at: null });
    const run = await world.begin(id, indexId);
    expect((await failureOf(planImport(world.database, run))).code).toBe('PackageIndexMissing');
  });
});
