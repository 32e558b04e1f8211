import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { documentPatch } from '../../../archive/document-patch';
import {
  ImportQuery,
  PlanObjectQuery,
  PlanReferenceQuery,
} from '../../../schemas/imports/import-view';
import { planImport } from '../../../store/imports/plan-import';
import { listImports, showImport } from '../../../store/imports/list-imports';
import { showComparison } from '../../../store/imports/show-comparison';
import { listPlanObjects, listPlanReferences } from '../../../store/imports/show-plan';
import { failureOf } from '../../support/failure-of';
import { line } from '../catalog/catalog-world';
import { createPlanWorld, type ImportRun, type PlanWorld } from './plan-world';

const sql = (code: string, text: string): string => line(code, { definition: { sql: text } });
const python = (code: string): string => line(code, { type: 'python' });
const identity = { type: 'database_sql', project: 'orders', code: 'a' } as const;

describe('looking at imports', () => {
  let world: PlanWorld;
  let id: number;
  let first: ImportRun;
  let planned: ImportRun;

  beforeAll(async () => {
    world = await createPlanWorld();
    id = await world.addTarget('target');
    first = await world.bring(id, [sql('a', '1'), sql('b', '1')]);
    await world.load('target', [sql('a', 'here')]);
    const indexId = await world.pack(id, [sql('a', '2'), sql('b', '2'), python('c'), python('d')]);
    await world.database('package_requirements').insert(
      ['x', 'y', 'z'].map((code) => ({
        ...{ index_id: indexId, type: '', project: 'orders', code, roles: ['reads'] },
        ...{ reference_count: 2, example: JSON.stringify(identity) },
      })),
    );
    planned = await world.begin(id, indexId);
    await planImport(world.database, planned);
  });

  afterAll(() => world.drop());

  const tenant = 'target';
  const list = (query: Partial<ImportQuery> = {}) =>
    listImports(world.database, world.user, ImportQuery.parse({ tenant, ...query }));
  const objects = (query: Partial<PlanObjectQuery> = {}) =>
    listPlanObjects(
      world.database,
      world.user,
      PlanObjectQuery.parse({ tenant, import: planned.importId, ...query }),
    );
  const codes = (found: { objects: readonly { code: string }[] }) =>
    found.objects.map((one) => one.code);

  it('REL-28 lists imports with file, operator, time, state and counts, the newest first', async () => {
    const { imports, next } = await list();
    expect(next).toBeNull();
    expect(imports).toMatchObject([
      {
        ...{ id: planned.importId, state: 'running', fileName: 'made.dp', operator: 'rosa' },
        counts: { new: 2, changed: 1, conflict: 1 },
        createdAt: expect.any(Date),
        appliedAt: null,
      },
      { id: first.importId, state: 'imported', counts: { new: 2, toPublish: 2 } },
    ]);
  });

  it('REL-28 filters and pages the list', async () => {
    const page = await list({ limit: 1 });
    expect(page.imports.map((one) => one.id)).toEqual([planned.importId]);
    const rest = await list({ limit: 1, cursor: page.next ?? '' });
    expect(rest).toMatchObject({ imports: [{ id: first.importId }], next: null });
    expect((await list({ states: ['imported'] })).imports).toHaveLength(1);
    expect((await list({ kinds: ['undo'] })).imports).toHaveLength(0);
    expect((await list({ search: 'MADE' })).imports).toHaveLength(2);
    expect((await list({ search: 'm%e' })).imports).toHaveLength(0);
    expect((await list({ operator: 'nobody' })).imports).toHaveLength(0);
  });

  it('REL-28 shows an import with its plan and what that found', async () => {
    const ref = { tenant, import: planned.importId };
    const found = await showImport(world.database, world.user, ref);
    expect(found).toMatchObject({
      ...{ tenant, planDigest: expect.stringMatching(/^[0-9a-f]{64}$/), reason: null },
      options: { policies: { default: 'fail' } },
    });
    expect(found.findings.map((one) => one.code)).toContain('ObjectConflict');
  });

  it('REL-31 lists the objects of a plan by change, decision and type, page by page', async () => {
    const all = await objects();
    expect(all.objects).toMatchObject([
      { ...identity, change: 'conflict', decision: 'fail', targetVersion: 2 },
      { code: 'b', change: 'changed', decision: 'write' },
      { type: 'python', code: 'c', change: 'new', targetDigest: null, targetVersion: null },
      { type: 'python', code: 'd', change: 'new', decision: 'write' },
    ]);
    const page = await objects({ limit: 3 });
    expect(codes(page)).toEqual(['a', 'b', 'c']);
    expect(codes(await objects({ limit: 3, cursor: page.next ?? '' }))).toEqual(['d']);
    expect(codes(await objects({ changes: ['conflict', 'changed'] }))).toEqual(['a', 'b']);
    expect(codes(await objects({ decisions: ['write'] }))).toEqual(['b', 'c', 'd']);
    expect(codes(await objects({ types: ['python'], decisions: ['fail'] }))).toEqual([]);
  });

  it('REL-31 lists missing references page by page', async () => {
    const references = (query: Partial<PlanReferenceQuery>) =>
      listPlanReferences(
        world.database,
        world.user,
        PlanReferenceQuery.parse({ tenant, import: planned.importId, ...query }),
      );
    const page = await references({ limit: 2 });
    expect(page.references).toEqual(
      ['x', 'y'].map((code) => ({
        ...{ type: null, project: 'orders', code, roles: ['reads'] },
        ...{ referenceCount: 2, example: identity },
      })),
    );
    expect(await references({ limit: 2, cursor: page.next ?? '' })).toMatchObject({
      references: [{ code: 'z' }],
      next: null,
    });
  });

  it('REL-31 compares one object on all three sides, field by field', async () => {
    const ref = { tenant, import: planned.importId, object: identity };
    const { base, target, incoming, place } = await showComparison(world.database, world.user, ref);
    expect([base, target, incoming].map((side) => side.document?.definition)).toEqual([
      { sql: '1' },
      { sql: 'here' },
      { sql: '2' },
    ]);
    expect(place).toEqual({ shard: 1, line: 1 });
    expect(documentPatch(target.document, incoming.document)).toEqual([
      { op: 'replace', path: '/definition/sql', value: '2' },
    ]);
  });

  it('REL-31 tells where to read what comes while it is not stored', async () => {
    const ref = { tenant, import: planned.importId, object: { ...identity, code: 'b' } };
    const before = await showComparison(world.database, world.user, ref);
    const digest = Buffer.from(before.incoming.digest ?? '', 'hex');
    await world.database('contents').where({ digest }).delete();
    const { incoming, place } = await showComparison(world.database, world.user, ref);
    expect(incoming).toEqual({ digest: before.incoming.digest, document: null });
    expect(place).toEqual({ shard: 1, line: 2 });
  });

  it('REL-28 says by code what is not there', async () => {
    const ask = { tenant, import: 'imp_none' };
    expect((await failureOf(showImport(world.database, world.user, ask))).code).toBe(
      'ImportNotFound',
    );
    const begun = await world.begin(id, await world.pack(id, [sql('a', '3')]));
    const early = PlanObjectQuery.parse({ tenant, import: begun.importId });
    expect((await failureOf(listPlanObjects(world.database, world.user, early))).code).toBe(
      'PlanNotFound',
    );
    const object = { ...identity, code: 'nowhere' };
    const other = { tenant, import: planned.importId, object };
    expect((await failureOf(showComparison(world.database, world.user, other))).code).toBe(
      'AssetNotFound',
    );
  });

  it('RUN-29 shows imports to those of the tenant who may read them only', async () => {
    const foreign = await world.addTarget('foreign');
    const stranger = await world.addPerson('stranger', foreign, 'cross-tenant-release-user');
    const call = listImports(world.database, stranger, ImportQuery.parse({ tenant }));
    expect((await failureOf(call)).code).toBe('PermissionDenied');
  });
});
