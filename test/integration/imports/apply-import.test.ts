import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { applyImport } from '../../../store/imports/apply-import';
import { planImport } from '../../../store/imports/plan-import';
import { registerImport } from '../../../store/imports/register-import';
import { failureOf } from '../../support/failure-of';
import { deletion, line } from '../catalog/catalog-world';
import { createPlanWorld, type PlanWorld } from './plan-world';

const sql = (code: string, text: string): string => line(code, { definition: { sql: text } });
const numbers = Array.from({ length: 500 }, (_, index) => `o${String(index).padStart(3, '0')}`);

describe('applying an import', () => {
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
  const planned = async (tenantId: number, lines: readonly string[]) => {
    const run = await world.begin(tenantId, await world.pack(tenantId, lines));
    return { run, plan: await planImport(world.database, run) };
  };
  const asset = async (tenantId: number, code: string) =>
    world
      .database('assets')
      .where({ tenant_id: tenantId, code })
      .first<Record<string, unknown> | undefined>();
  const versions = async (tenantId: number, code: string) =>
    world
      .database('asset_versions')
      .join('assets', 'assets.id', 'asset_versions.asset_id')
      .where({ tenant_id: tenantId, code })
      .orderBy('asset_versions.version')
      .pluck<number[]>('asset_versions.version');

  it('REL-33 writes new, changed and deleted assets as versions, with what was there before', async () => {
    const { id } = await addTarget();
    await world.bring(id, [sql('a', '1'), sql('b', '1'), sql('c', '1')]);
    const before = await asset(id, 'b');
    const { run, plan } = await planned(id, [
      sql('a', '1'),
      sql('b', '2'),
      deletion('c'),
      sql('d', '2'),
    ]);
    const applied = await world.finish(run, plan);
    expect(applied).toEqual({ written: 2, deleted: 1, findings: [] });
    expect(await asset(id, 'a')).toMatchObject({ version: 1 });
    expect(await asset(id, 'b')).toMatchObject({ version: 2, base_import: run.importId });
    expect(await asset(id, 'c')).toMatchObject({
      ...{ version: 2, deleted_at: new Date('2026-07-01T00:00:00Z'), base_digest: null },
    });
    expect(await asset(id, 'd')).toMatchObject({ version: 1, deleted_at: null });
    expect(await versions(id, 'b')).toEqual([1, 2]);
    expect(await versions(id, 'c')).toEqual([1, 2]);
    const images = await world
      .database('import_before_images')
      .where({ import_id: run.importId })
      .orderBy('asset_id')
      .select<object[]>();
    expect(images).toMatchObject([
      { asset_id: before?.['id'], version: 1, digest: before?.['digest'], after_version: 2 },
      { version: 1, deleted: false, after_version: 2 },
      { version: null, digest: null, after_version: 1 },
    ]);
  });

  it('REL-33 shows readers all of the old or all of the new, never a mixture', async () => {
    const { id } = await addTarget();
    await world.bring(
      id,
      numbers.map((code) => sql(code, '1')),
    );
    const old = await world.digest(id);
    const { run, plan } = await planned(id, [
      ...numbers.slice(0, 400).map((code) => sql(code, '2')),
      ...numbers.slice(400).map((code) => deletion(code)),
      ...numbers.map((code) => sql(`new ${code}`, '2')),
    ]);
    const seen = new Set<string>();
    const applying = new AbortController();
    const reader = (async () => {
      while (!applying.signal.aborted) seen.add(await world.digest(id));
    })();
    await applyImport(world.database, { runId: run.runId, planDigest: plan.digest });
    applying.abort();
    await reader;
    const now = await world.digest(id);
    expect(now).not.toBe(old);
    expect([...seen].filter((digest) => digest !== old && digest !== now)).toEqual([]);
    expect(seen).toContain(old);
  });

  it('REL-33 applies a plan once, also when two apply it at the same time', async () => {
    const { id } = await addTarget();
    const { run, plan } = await planned(id, [sql('a', '1'), sql('b', '1')]);
    const apply = () => applyImport(world.database, { runId: run.runId, planDigest: plan.digest });
    const answers = await Promise.all([apply(), apply(), apply()]);
    expect(answers).toEqual(Array(3).fill({ written: 2, deleted: 0, findings: [] }));
    expect(await versions(id, 'a')).toEqual([1]);
    expect(await planImport(world.database, run)).toMatchObject({ digest: plan.digest });
  });

  it('REL-32 writes nothing and names what moved since the plan was made', async () => {
    const { code, id } = await addTarget();
    await world.bring(id, [sql('a', '1'), sql('b', '1'), sql('c', '1')]);
    const { run, plan } = await planned(id, [
      ...[sql('a', '2'), sql('b', '2'), deletion('c'), sql('d', '2'), sql('e', '2')],
    ]);
    await world.load(code, [sql('b', 'here'), sql('d', 'here'), deletion('c'), sql('z', 'here')]);
    const digest = await world.digest(id);
    const applied = await applyImport(world.database, {
      ...{ runId: run.runId, planDigest: plan.digest },
    });
    expect(applied).toMatchObject({ written: 0, deleted: 0 });
    expect(applied.findings.map((one) => `${one.code} ${one.object?.code ?? ''}`)).toEqual([
      'TargetMoved b',
      'TargetMoved c',
      'TargetMoved d',
    ]);
    expect(await world.digest(id)).toBe(digest);
    expect(await world.database('import_before_images').where({ import_id: run.importId })).toEqual(
      [],
    );
  });

  it('REL-32 applies no other plan than the one that was approved', async () => {
    const { id } = await addTarget();
    const { run } = await planned(id, [sql('a', '1')]);
    const other = { runId: run.runId, planDigest: '0'.repeat(64) };
    expect((await applyImport(world.database, other)).findings).toMatchObject([
      { code: 'PlanMoved', severity: 'error' },
    ]);
    expect(await asset(id, 'a')).toBeUndefined();
  });

  it('REL-31 does not apply a plan with conflicts that fail', async () => {
    const { code, id } = await addTarget();
    await world.load(code, [sql('a', 'here')]);
    const { run, plan } = await planned(id, [sql('a', '1'), sql('b', '1')]);
    const applied = await applyImport(world.database, {
      ...{ runId: run.runId, planDigest: plan.digest },
    });
    expect(applied.findings).toMatchObject([{ code: 'ObjectConflict' }]);
    expect(await asset(id, 'b')).toBeUndefined();
  });

  it('REL-33 refuses a plan whose contents are not staged', async () => {
    const { id } = await addTarget();
    const { run, plan } = await planned(id, [sql('a', 'never seen before')]);
    const digest = (await world.database('import_plan_objects').where({ run_id: run.runId })) as {
      digest: Buffer;
    }[];
    await world.database('contents').where({ digest: digest[0]?.digest }).delete();
    const call = applyImport(world.database, { runId: run.runId, planDigest: plan.digest });
    expect((await failureOf(call)).code).toBe('StagedContentMissing');
    expect(await asset(id, 'a')).toBeUndefined();
  });

  it('REL-34 writes not a single row when the same package comes again', async () => {
    const { id } = await addTarget();
    const lines = numbers.map((code) => sql(code, '1'));
    await world.bring(id, lines);
    const rows = () =>
      world
        .database('assets')
        .where({ tenant_id: id })
        .orderBy('id')
        .select<object[]>('id', world.database.raw('assets.xmin::text'));
    const before = await rows();
    const { run, plan } = await planned(id, lines);
    expect(plan.counts).toMatchObject({ same: 500, writes: 0, rebased: 0 });
    expect(await world.finish(run, plan)).toEqual({ written: 0, deleted: 0, findings: [] });
    expect(await rows()).toEqual(before);
    expect(await world.database('imports').where({ id: run.importId }).first()).toMatchObject({
      state: 'nothing to do',
    });
  });

  it('REL-31 notes what both sides have in common, so that the next change is no conflict', async () => {
    const { code, id } = await addTarget();
    await world.load(code, [sql('a', '1')]);
    const { run, plan } = await planned(id, [sql('a', '1')]);
    expect(plan.counts).toMatchObject({ same: 1, writes: 0, rebased: 1 });
    await world.finish(run, plan);
    expect(await asset(id, 'a')).toMatchObject({ version: 1, base_import: run.importId });
    const next = await planned(id, [sql('a', '2')]);
    expect(await world.changes(next.run.runId)).toEqual({
      'database_sql orders a': 'changed write',
    });
  });

  it('REL-31 leaves alone what is skipped, and its base, so that it stays a conflict', async () => {
    const { code, id } = await addTarget();
    await world.bring(id, [sql('a', '1')]);
    await world.load(code, [sql('a', 'here')]);
    const before = await asset(id, 'a');
    await world.bring(id, [sql('a', '2')], { policies: { default: 'skip' } });
    expect(await asset(id, 'a')).toEqual(before);
    const next = await planned(id, [sql('a', '2')]);
    expect(next.plan.counts.conflict).toBe(1);
  });

  it('REL-35 lists what is to be published with its change, and counts what is the same', async () => {
    const { id } = await addTarget();
    const listed = async () =>
      world
        .database('publish_objects')
        .join('assets', 'assets.id', 'publish_objects.asset_id')
        .where('publish_objects.tenant_id', id)
        .orderBy('code')
        .select<object[]>('code', 'change_type', 'import_id', 'status');
    const status = 'to be published';
    const first = await world.bring(id, [sql('a', '1'), sql('b', '1'), sql('c', '1')]);
    expect(await listed()).toEqual(
      ['a', 'b', 'c'].map((code) => ({
        ...{ code, change_type: 'new', import_id: first.importId, status },
      })),
    );
    await goOnline(id);
    await world.database('publish_objects').where({ tenant_id: id }).delete();
    const { run, plan } = await planned(id, [sql('a', '1'), sql('b', '2'), deletion('c')]);
    await world.finish(run, plan);
    expect(await listed()).toEqual([
      { code: 'b', change_type: 'changed', import_id: run.importId, status },
      { code: 'c', change_type: 'deleted', import_id: run.importId, status },
    ]);
    expect(await registerImport(world.database, run)).toEqual({ toPublish: 2 });
    expect(await world.database('imports').where({ id: run.importId }).first()).toMatchObject({
      state: 'imported',
      counts: { same: 1, changed: 1, deleted: 1, toPublish: 2 },
    });
  });

  it('REL-35 leaves alone what production runs', async () => {
    const { id } = await addTarget();
    await world.bring(id, [sql('a', '1'), sql('b', '1')]);
    await goOnline(id);
    const online = () =>
      world.database('online_assets').where({ tenant_id: id }).orderBy('asset_id');
    const before: unknown = await online();
    await world.bring(id, [sql('a', '2'), deletion('b')]);
    expect(await online()).toEqual(before);
  });

  async function goOnline(tenantId: number): Promise<void> {
    await world.database.raw(
      `insert into online_assets (asset_id, tenant_id, version, content_id, digest, published_by)
       select id, tenant_id, version, content_id, digest, 'rosa' from assets
       where tenant_id = ? and deleted_at is null`,
      [tenantId],
    );
  }
});
