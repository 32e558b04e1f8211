import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { applyImport } from '../../../store/imports/apply-import';
import { planUndo } from '../../../store/imports/plan-undo';
import { deletion, line } from '../catalog/catalog-world';
import { createPlanWorld, type PlanWorld } from './plan-world';

const sql = (code: string, text: string): string => line(code, { definition: { sql: text } });
const source = (password: string): string =>
  line('erp', { type: 'data_source', project: null, definition: { authentication: { password } } });

describe('undoing an import', () => {
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
  const state = async (importId: string) =>
    world.database('imports').where({ id: importId }).first<object>('state', 'undone_by');
  /** What assets are but for version and time of deletion, in the order of their codes. */
  const assets = async (tenantId: number) =>
    world
      .database('assets')
      .where({ tenant_id: tenantId, deleted_at: null })
      .orderBy('code')
      .select<object[]>(
        ...['type', 'code', 'name', 'owner', 'segment', 'changed_at', 'changed_by', 'digest'],
        ...['content_id', 'byte_count', 'sealed_secrets', 'secrets_mac'],
        ...['base_digest', 'base_secrets_mac', 'base_import'],
      );
  const online = async (tenantId: number) =>
    world
      .database('online_assets')
      .where({ tenant_id: tenantId })
      .orderBy('asset_id')
      .select<object[]>('asset_id', 'version', 'content_id', 'digest');
  const publish = (tenantId: number) =>
    world.database.raw(
      `with gone as (delete from online_assets o using assets a
         where a.id = o.asset_id and a.tenant_id = :tenantId and a.deleted_at is not null)
       insert into online_assets (asset_id, tenant_id, version, content_id, digest, published_by)
       select id, tenant_id, version, content_id, digest, 'rosa' from assets
       where tenant_id = :tenantId and deleted_at is null
       on conflict (asset_id) do update set version = excluded.version,
         content_id = excluded.content_id, digest = excluded.digest`,
      { tenantId },
    );

  /** An import over an earlier one: a changed, b deleted, c with another secret, d new. */
  async function twoImports() {
    const target = await addTarget();
    await world.bring(target.id, [sql('a', '1'), sql('b', '1'), source('one')]);
    const before = await assets(target.id);
    const second = await world.bring(target.id, [
      sql('a', '2'),
      deletion('b'),
      source('two'),
      sql('d', '2'),
    ]);
    return { ...target, before, second };
  }

  it('REL-41 gives every asset back as it was before the import', async () => {
    const { id, before, second } = await twoImports();
    expect(await assets(id)).not.toEqual(before);
    const undo = await world.undo(id, second.importId);
    expect(await assets(id)).toEqual(before);
    expect(await state(second.importId)).toEqual({ state: 'undone', undone_by: undo.importId });
    expect(await state(undo.importId)).toEqual({ state: 'imported', undone_by: null });
  });

  it('REL-41 plans each change back, with a digest, and writes nothing', async () => {
    const { id, second } = await twoImports();
    const digest = await world.digest(id);
    const run = await world.beginUndo(id, second.importId);
    const plan = await planUndo(world.database, run);
    expect(await world.changes(run.runId)).toEqual({
      'database_sql orders a': 'changed write',
      'database_sql orders b': 'new write',
      'database_sql orders d': 'deleted write',
      'data_source  erp': 'changed write',
    });
    expect(plan).toMatchObject({
      stageShards: [],
      counts: { new: 1, changed: 2, deleted: 1, writes: 4, same: 0 },
      findings: [],
    });
    expect((await planUndo(world.database, run)).digest).toBe(plan.digest);
    expect(await world.digest(id)).toBe(digest);
  });

  it('REL-41 refuses and names what was changed since', async () => {
    const { code, id, second } = await twoImports();
    await world.load(code, [sql('a', 'here')]);
    const run = await world.beginUndo(id, second.importId);
    const plan = await planUndo(world.database, run);
    expect(plan.findings).toMatchObject([
      { code: 'ObjectChangedSince', severity: 'error', object: { code: 'a' } },
    ]);
    const digest = await world.digest(id);
    const one = { runId: run.runId, planDigest: plan.digest };
    expect((await applyImport(world.database, one)).findings).not.toEqual([]);
    expect(await world.digest(id)).toBe(digest);
  });

  it('REL-32 stops an undo when the target moved after it was planned', async () => {
    const { code, id, second } = await twoImports();
    const run = await world.beginUndo(id, second.importId);
    const plan = await planUndo(world.database, run);
    await world.load(code, [sql('d', 'here')]);
    const one = { runId: run.runId, planDigest: plan.digest };
    expect((await applyImport(world.database, one)).findings).toMatchObject([
      { code: 'TargetMoved', object: { code: 'd' } },
    ]);
  });

  it('REL-41 undoes no import twice, and none that wrote nothing', async () => {
    const { id, second } = await twoImports();
    await world.undo(id, second.importId);
    const again = await planUndo(world.database, await world.beginUndo(id, second.importId));
    expect(again.findings.map((finding) => finding.code)).toContain('ImportUndone');
    const idle = await world.begin(id, await world.pack(id, [sql('x', '1')]));
    const none = await planUndo(world.database, await world.beginUndo(id, idle.importId));
    expect(none.findings).toMatchObject([{ code: 'ImportNotApplied', severity: 'error' }]);
  });

  it('REL-41 undoes the undo, after which the import holds again', async () => {
    const { id, second } = await twoImports();
    const digest = await world.digest(id);
    const undo = await world.undo(id, second.importId);
    const redo = await world.undo(id, undo.importId);
    expect(await world.digest(id)).toBe(digest);
    expect(await state(second.importId)).toEqual({ state: 'imported', undone_by: null });
    expect(await state(undo.importId)).toEqual({ state: 'undone', undone_by: redo.importId });
  });

  it('REL-41 undoes again what holds again, unless it was changed since', async () => {
    const { id, code, second, before } = await twoImports();
    await world.undo(id, (await world.undo(id, second.importId)).importId);
    await world.undo(id, (await world.undo(id, second.importId)).importId);
    await world.undo(id, second.importId);
    expect(await assets(id)).toEqual(before);

    const third = await world.bring(id, [sql('a', '3')]);
    await world.undo(id, (await world.undo(id, third.importId)).importId);
    await world.load(code, [sql('a', 'later')]);
    const late = await planUndo(world.database, await world.beginUndo(id, third.importId));
    expect(late.findings).toMatchObject([{ code: 'ObjectChangedSince', object: { code: 'a' } }]);
  });

  it('REL-41 undoes the newest of several imports first', async () => {
    const { id } = await addTarget();
    const empty = await world.digest(id);
    const first = await world.bring(id, [sql('a', '1')]);
    const digest = await world.digest(id);
    const second = await world.bring(id, [sql('a', '2')]);
    const early = await planUndo(world.database, await world.beginUndo(id, first.importId));
    expect(early.findings).toMatchObject([{ code: 'ObjectChangedSince' }]);
    await world.undo(id, second.importId);
    expect(await world.digest(id)).toBe(digest);
    await world.undo(id, first.importId);
    expect(await world.digest(id)).toBe(empty);
  });

  it('REL-41 gives what was published since its earlier online version back', async () => {
    const target = await addTarget();
    const { id } = target;
    await world.bring(id, [sql('a', '1'), sql('b', '1')]);
    await publish(id);
    const before = await online(id);
    const second = await world.bring(id, [sql('a', '2'), deletion('b'), sql('d', '2')]);
    await publish(id);
    expect(await online(id)).not.toEqual(before);
    const run = await world.beginUndo(id, second.importId);
    const plan = await planUndo(world.database, run);
    expect(plan.counts).toMatchObject({ onlineRestored: 3, writes: 3 });
    await world.finish(run, plan);
    expect(await online(id)).toEqual(before);
    expect(await world.database('publish_objects').where({ tenant_id: id })).toEqual([]);
  });

  it('REL-41 takes what was not published since off the list', async () => {
    const { id } = await addTarget();
    await world.bring(id, [sql('a', '1')]);
    await publish(id);
    const second = await world.bring(id, [sql('a', '2'), sql('d', '2')]);
    await world.undo(id, second.importId);
    expect(await world.database('publish_objects').where({ tenant_id: id })).toEqual([]);
  });
});
