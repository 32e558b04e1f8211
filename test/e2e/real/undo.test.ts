import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  hasRealData,
  identityOf,
  readRealCatalog,
  realCatalog,
  type RawDocument,
} from '../../support/real-data';
import {
  createImportWorld,
  errorsOf,
  load,
  source,
  target,
  type ImportWorld,
} from '../imports/import-world';
import { differing, expectedDigests, readTenantDigests } from './target-catalog';

// The real catalogs are not part of the project: without them these tests are shown as skipped.
const describeReal = hasRealData ? describe : describe.skip;

const edits = 25;

describeReal('the undo of a real import (skipped where ../shared/real is missing)', () => {
  let world: ImportWorld;
  let file: string;
  /** The older state with edits of its own: by digest, and object by object. */
  let before: { readonly digest: string; readonly objects: Map<string, string> };
  let after: string;
  let imported: string;
  let undo: string;

  const state = async () => ({
    digest: await world.digest(),
    objects: await readTenantDigests(world.stack.database, target),
  });

  beforeAll(async () => {
    world = await createImportWorld({ catalog: [] });
    const { catalog } = world.stack.admin;
    await catalog.load({ tenant: source, source: realCatalog('warehouse-2026-08-21') });
    await catalog.load({ tenant: target, source: realCatalog('warehouse-2026-05-22') });
    await load(world.stack, target, await ownEdits());
    before = await state();
    file = await world.exported();
  }, 900_000);

  afterAll(() => world.close());

  it('REL-31 stops at what both sides have and nobody knows who changed, in conflict', async () => {
    const { run } = await world.imported({ file, requestId: 'careful' });

    expect(run.report?.outcome).toBe('check failed');
    expect([...new Set(errorsOf(run).map((error) => error.split(' ')[0]))]).toEqual([
      'ObjectConflict',
    ]);
    expect(await world.digest()).toBe(before.digest);
  }, 300_000);

  it('REL-33 overwrites the older state and its edits by a package of 8,105 objects', async () => {
    const policies = { default: 'overwrite' as const };
    const { import: id, run } = await world.imported({ file, policies });
    imported = id;
    const shown = await world.ines.imports.show({ tenant: target, import: id });

    expect(run.report?.outcome).toBe('succeeded');
    expect(shown.manifest?.counts.objects).toBe(8_105);
    expect(shown.counts?.conflict).toBeGreaterThan(edits);
    const there = await readTenantDigests(world.stack.database, target);
    const expected = await expectedDigests(['warehouse-2026-08-21']);
    const missing = [...expected].filter(([name, digest]) => there.get(name) !== digest);
    expect(missing).toEqual([]);
    after = await world.digest();
    expect(after).not.toBe(before.digest);
  }, 600_000);

  it('REL-41 gives the state before, to the byte, as a run with steps of its own', async () => {
    const { import: id, run } = await world.undone(imported);
    undo = id;

    expect(run.report?.outcome).toBe('succeeded');
    expect(run.steps.map((step) => step.name)).toEqual([
      ...['check permission', 'check maintenance mode', 'plan'],
      ...['wait for approval', 'apply', 'register'],
    ]);
    const now = await state();
    expect(now.digest).toBe(before.digest);
    expect(differing(before.objects, now.objects)).toEqual([]);
    const shown = await world.ines.imports.show({ tenant: target, import: imported });
    expect(shown).toMatchObject({ state: 'undone', undoneBy: undo });
  }, 600_000);

  it('REL-41 can be undone itself, which gives the imported state again', async () => {
    const { run } = await world.undone(undo);

    expect(run.report?.outcome).toBe('succeeded');
    expect(await world.digest()).toBe(after);
    const shown = await world.ines.imports.show({ tenant: target, import: imported });
    expect(shown).toMatchObject({ state: 'imported', undoneBy: null });
  }, 600_000);

  it('REL-41 refuses when one object was changed since, names it and changes nothing', async () => {
    const [changed] = await newTasks();
    if (changed === undefined) throw new Error('there is nothing to change');
    await load(world.stack, target, [edited(changed)]);
    const now = await world.digest();
    const { run } = await world.undone(imported);

    expect(run.report?.outcome).toBe('check failed');
    expect(errorsOf(run)).toEqual([
      `ObjectChangedSince ${changed.type} ${changed.project ?? ''} ${changed.code}`,
    ]);
    expect(await world.digest()).toBe(now);
    expect(await world.leftovers()).toEqual([]);
  }, 300_000);
});

/** Edits of what both states have, a deletion, and one object that only the target has. */
async function ownEdits(): Promise<string[]> {
  const later = await expectedDigests(['warehouse-2026-08-21']);
  const picked: RawDocument[] = [];
  for await (const document of readRealCatalog('warehouse-2026-05-22')) {
    if (document.type !== 'compute_task' || !later.has(identityOf(document))) continue;
    if (picked.push(document) > edits) break;
  }
  const [first, ...rest] = picked;
  if (first === undefined) throw new Error('there is nothing to edit');
  const { type, project, code } = first;
  const changed = { changedAt: '2026-05-23T00:00:00Z', changedBy: 'user-here' };
  return [
    ...rest.map(edited),
    JSON.stringify({ ...first, ...changed, code: 'made_here' }),
    JSON.stringify({ type, project, code, ...changed, deleted: true }),
  ];
}

function edited(document: RawDocument): string {
  return JSON.stringify({ ...document, name: 'edited here', changedAt: '2026-05-23T00:00:00Z' });
}

/** Tasks that the older state does not have: the import made them. */
async function newTasks(): Promise<RawDocument[]> {
  const older = await expectedDigests(['warehouse-2026-05-22']);
  const made: RawDocument[] = [];
  for await (const document of readRealCatalog('warehouse-2026-08-21')) {
    if (document.type === 'compute_task' && !older.has(identityOf(document))) made.push(document);
  }
  return made;
}
