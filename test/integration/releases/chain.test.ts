import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { canonicalize, sha256Hex } from '../../../archive/canonical-json';
import type { ReleaseDraftInput } from '../../../schemas/releases/release-draft';
import { buildManifest } from '../../../store/releases/build-manifest';
import { freezeScope } from '../../../store/releases/freeze-scope';
import { previewDeletions } from '../../../store/releases/preview-deletions';
import { previewObjects } from '../../../store/releases/preview-pages';
import { previewScope } from '../../../store/releases/preview-scope';
import { copyRelease } from '../../../store/releases/create-draft';
import { registerPackage } from '../../../store/releases/register-package';
import { failureOf } from '../../support/failure-of';
import { deletion } from '../catalog/catalog-world';
import {
  asset,
  createReleasesWorld,
  identityOf,
  reference,
  type ReleasesWorld,
} from './releases-world';

type Scope = NonNullable<ReleaseDraftInput['scope']>;

describe('a package that continues another', () => {
  let world: ReleasesWorld;
  let tenants = 0;
  let tenant = '';

  beforeAll(async () => void (world = await createReleasesWorld()));
  beforeEach(async () => {
    tenant = `t${String(++tenants)}`;
    await world.addReleaseTenant(tenant);
  });
  afterAll(() => world.drop());

  const shell = (code: string, given: Readonly<Record<string, unknown>> = {}): string =>
    asset('shell', code, { project: 'p1', ...given });
  /** Freezes a scope and registers the package, as if it had been made. */
  const release = async (scope: Scope) => {
    const id = await world.draft(tenant, { scope });
    const runId = await world.addRun(id);
    await world.database('releases').where({ id }).update({ state: 'exporting' });
    const frozen = await freezeScope(world.database, { runId });
    const sha256 = sha256Hex(frozen.packageId);
    await world.database.transaction((trx) =>
      registerPackage(trx, runId, { key: `packages/${frozen.packageId}.dp`, bytes: 1, sha256 }),
    );
    const texts = await world.read(runId);
    const deleted = (texts.get('deletions.ndjson') ?? '').split('\n').filter(Boolean);
    return {
      ...{ id, runId, frozen, sha256, packageId: frozen.packageId },
      objects: await world.identities(runId),
      deleted: deleted.map(identityOf),
      texts,
    };
  };
  const since = (packageId: string): Scope => ({ method: 'incremental', base: { packageId } });
  const key = (id: string) => ({ tenant, release: id });
  const findingsOf = async (scope: Scope): Promise<string[]> => {
    const failure = await failureOf(world.draft(tenant, { scope }));
    return failure.findings.map((finding) => finding.code);
  };

  it('REL-16 carries what is new and changed, and what is deleted as deletions', async () => {
    await world.load(tenant, [shell('a'), shell('b'), shell('c'), asset('project', 'p1')]);
    const base = await release({ method: 'full' });
    await world.load(tenant, [
      shell('b', { definition: { script: 'changed' } }),
      shell('d'),
      deletion('c', { type: 'shell', project: 'p1', changedBy: 'user-ü' }),
    ]);
    const next = await release(since(base.packageId));
    expect(next.objects).toEqual(['shell p1 b', 'shell p1 d']);
    expect(next.deleted).toEqual(['shell p1 c']);
    const [line = ''] = (next.texts.get('deletions.ndjson') ?? '').split('\n');
    expect(line).toBe(canonicalize(JSON.parse(line)));
    expect(JSON.parse(line)).toMatchObject({ deleted: true, changedBy: 'user-ü' });
    const { manifest } = await buildManifest(world.database, next.runId);
    expect(manifest).toMatchObject({
      method: 'incremental',
      scope: { method: 'incremental', base: { packageId: base.packageId } },
      chain: { baseDigest: base.sha256, sequence: 1 },
      deletions: { count: 1 },
      counts: { objects: 2 },
    });
    expect((await world.shards(next.runId)).map((shard) => shard.path)).toEqual([
      ...['deletions.ndjson', 'objects/development/shell/0001.ndjson', 'requirements.ndjson'],
    ]);
  });

  it('REL-16 is continued by the next one, with the next number', async () => {
    await world.load(tenant, [shell('a')]);
    const base = await release({ method: 'full' });
    await world.load(tenant, [shell('b')]);
    const first = await release(since(base.packageId));
    await world.load(tenant, [shell('a', { name: 'renamed' })]);
    const second = await release(since(first.packageId));
    const both = await release(since(base.packageId));
    const { manifest } = await buildManifest(world.database, second.runId);
    expect([second.objects, both.objects]).toEqual([['shell p1 a'], ['shell p1 a', 'shell p1 b']]);
    expect(manifest.chain).toEqual({ baseDigest: first.sha256, sequence: 2 });
    expect(manifest).not.toHaveProperty('deletions');
  });

  it('REL-16 what came and went, or came back as it was, is no difference', async () => {
    await world.load(tenant, [shell('a'), shell('b')]);
    const base = await release({ method: 'full' });
    await world.load(tenant, [shell('c'), deletion('a', { type: 'shell', project: 'p1' })]);
    await world.load(tenant, [
      ...[shell('a'), shell('b', { name: 'other' })],
      deletion('c', { type: 'shell', project: 'p1' }),
    ]);
    await world.load(tenant, [shell('b')]);
    const runId = await world.addRun(await world.draft(tenant, { scope: since(base.packageId) }));
    const failure = await failureOf(freezeScope(world.database, { runId }));
    expect(failure.code).toBe('NothingChanged');
  });

  it('REL-16 a package of deletions alone is one', async () => {
    await world.load(tenant, [shell('a'), shell('b')]);
    const base = await release({ method: 'full' });
    await world.load(tenant, [deletion('a', { type: 'shell', project: 'p1' })]);
    const next = await release(since(base.packageId));
    expect([next.objects, next.deleted, next.frozen.objectCount]).toEqual([[], ['shell p1 a'], 0]);
  });

  it('REL-16 REL-18 a change under way while the base froze is in the next package', async () => {
    await world.load(tenant, [shell('a'), shell('b')]);
    const late = await world.database.transaction();
    await late.raw('select pg_current_xact_id()');
    const early = await world.database.transaction();
    await writeVersion(early, 'early');
    await early.commit();
    await writeVersion(late, 'late');
    const base = await release({ method: 'full' });
    await late.commit();
    const next = await release(since(base.packageId));
    expect(base.objects).toEqual(['shell p1 a', 'shell p1 b']);
    expect(next.objects).toEqual(['shell p1 b']);
  });

  /** Writes another version of the asset `a` (early) or `b` (late), as a load does. */
  async function writeVersion(trx: typeof world.database, which: 'early' | 'late'): Promise<void> {
    const code = which === 'early' ? 'a' : 'b';
    const { rows } = await trx.raw<{ rows: { id: number; body: string }[] }>(
      `select a.id, c.body from assets a join contents c on c.id = a.content_id join tenants t on t.id = a.tenant_id
       where t.code = ? and a.code = ?`,
      [tenant, code],
    );
    const body = canonicalize({ ...(JSON.parse(rows[0]?.body ?? '') as object), name: which });
    const digest = Buffer.from(sha256Hex(body), 'hex');
    await trx.raw(
      `with content as (
         insert into contents (digest, body, byte_count) values (:digest, :body, :bytes) returning id
       ), written as (
         update assets set content_id = content.id, digest = :digest, version = version + 1
         from content where assets.id = :id
         returning assets.id, version, content_id, changed_at
       )
       insert into asset_versions (asset_id, version, content_id, digest, changed_at)
       select id, version, content_id, :digest, changed_at from written`,
      { digest, body, bytes: Buffer.byteLength(body), id: rows[0]?.id ?? 0 },
    );
  }

  it.each<[string, Scope]>([
    ['everything', { method: 'full' }],
    [
      'types of projects and segments',
      {
        method: 'incremental',
        changed: 'all',
        types: ['shell', 'detection_result', 'logical_fact_table'],
        projects: ['p1'],
        segments: ['s1'],
      },
    ],
    [
      'a list with its dependencies',
      {
        method: 'objects',
        objects: [{ type: 'shell', project: 'p1', code: 'a0' }],
        withDependencies: true,
      },
    ],
  ])('REL-16 packages put on one another give the scope as it is: %s', async (_, scope) => {
    await world.load(
      tenant,
      distinct([...Array.from({ length: 12 }, random), shell('a0', { segment: 's1' })]),
    );
    let last = await release(scope);
    const target = new Map<string, string>();
    put(target, last);
    for (let step = 0; step < 6; step++) {
      await world.load(tenant, distinct(Array.from({ length: 6 }, randomChange)));
      const draft = await world.draft(tenant, { scope: since(last.packageId) });
      const preview = await previewScope(world.database, world.user, key(draft));
      const { new: added = 0, changed = 0, deleted = 0 } = preview.difference ?? {};
      if (added + changed + deleted === 0) continue;
      last = await release(since(last.packageId));
      expect([last.objects.length, last.deleted.length]).toEqual([added + changed, deleted]);
      put(target, last);
      const whole = await release(scope);
      const missing = linesOf(whole.texts).filter((line) => target.get(identityOf(line)) !== line);
      expect(missing).toEqual([]);
      // What lives on out of scope stays on the target.
      const extra = [...target.keys()].filter((one) => !whole.objects.includes(one));
      expect(await alive(extra)).toEqual(extra);
    }
  });

  function put(target: Map<string, string>, made: Awaited<ReturnType<typeof release>>): void {
    for (const one of made.deleted) {
      expect(target.has(one)).toBe(true);
      target.delete(one);
    }
    for (const line of linesOf(made.texts)) target.set(identityOf(line), line);
  }

  async function alive(identities: readonly string[]): Promise<string[]> {
    const { rows } = await world.database.raw<{ rows: { identity: string }[] }>(
      `select a.type || ' ' || a.project || ' ' || a.code as identity from assets a
       join tenants t on t.id = a.tenant_id where t.code = ? and a.deleted_at is null`,
      [tenant],
    );
    const living = new Set(rows.map((row) => row.identity));
    return identities.filter((one) => living.has(one));
  }

  it('REL-16 names its base by package, release or digest, and keeps the id', async () => {
    await world.load(tenant, [shell('a')]);
    const base = await release({ method: 'full' });
    for (const named of [base.packageId, base.id, base.sha256, base.sha256.toUpperCase()]) {
      const id = await world.draft(tenant, { scope: since(named) });
      const row = await world.database('releases').where({ id }).first<{ scope: unknown }>('scope');
      expect(row.scope).toEqual(since(base.packageId));
    }
    await world.database('packages').update({ deleted_at: new Date() });
    const draft = await world.draft(tenant, { scope: since(base.id) });
    const copy = await copyRelease(world.database, world.user, key(draft));
    expect(copy.scope).toEqual(since(base.packageId));
  });

  it('REL-16 refuses a base that is none, with every other fault at once', async () => {
    await world.load(tenant, [shell('a')]);
    const dated = await release({
      ...{ method: 'incremental', changed: { from: '2000-01-01', to: '2100-01-01' } },
      ...{ types: ['shell'], projects: ['p1'] },
    });
    const restored = await release({ method: 'full' });
    await world
      .database('frozen_scopes')
      .where({ run_id: restored.runId })
      .update({ system_identifier: 1 });
    const other = `${tenant}-other`;
    await world.addReleaseTenant(other);
    expect(await findingsOf(since('pkg_none'))).toEqual(['BaseNotFound']);
    expect(await findingsOf(since(dated.packageId))).toEqual(['BaseScopeDated']);
    expect(await findingsOf(since(restored.packageId))).toEqual(['BaseUnavailable']);
    const foreign = world.draft(other, { scope: since(restored.packageId) });
    expect((await failureOf(foreign)).findings[0]?.code).toBe('BaseNotFound');
    const faulty = world.draft(tenant, { name: '.x', scope: since('pkg_none') });
    expect((await failureOf(faulty)).findings.map((one) => one.code)).toEqual([
      ...['ReleaseNameStart', 'BaseNotFound'],
    ]);
    const mixed = { ...since(restored.packageId), projects: ['p1'] } as unknown as Scope;
    expect(await findingsOf(mixed)).toEqual(['InputUnknown']);
  });

  it('REL-16 a base that is lost between draft and export ends the run with its finding', async () => {
    await world.load(tenant, [shell('a')]);
    const base = await release({ method: 'full' });
    const runId = await world.addRun(await world.draft(tenant, { scope: since(base.packageId) }));
    await world
      .database('frozen_scopes')
      .where({ run_id: base.runId })
      .update({ system_identifier: 1 });
    const failure = await failureOf(freezeScope(world.database, { runId }));
    expect([failure.code, failure.findings[0]?.code]).toEqual(['DraftInvalid', 'BaseUnavailable']);
  });

  it('REL-9 REL-16 the preview says what is new, changed and deleted, before and after freezing', async () => {
    await world.load(tenant, [shell('a'), shell('b'), shell('c'), shell('d')]);
    const base = await release({
      ...{ method: 'incremental', changed: 'all', types: ['shell'] },
      ...{ projects: ['p1'], segments: [] },
    });
    await world.load(tenant, [
      ...[shell('a', { name: 'changed' }), shell('e'), shell('f')],
      ...['b', 'c'].map((code) => deletion(code, { type: 'shell', project: 'p1' })),
      asset('python', 'other', { project: 'p1' }),
    ]);
    const next = await release(since(base.packageId));
    const draft = await world.draft(tenant, { scope: since(base.packageId) });
    for (const id of [next.id, draft]) {
      const page = { ...key(id), limit: 2, cursor: undefined };
      const preview = await previewScope(world.database, world.user, key(id));
      expect(preview.difference).toEqual({ new: 2, changed: 1, deleted: 2 });
      const objects = await previewObjects(world.database, world.user, page);
      const rest = await previewObjects(world.database, world.user, {
        ...page,
        cursor: objects.next ?? '',
      });
      const reasons = [...objects.items, ...rest.items].map((one) => [one.code, one.reason.kind]);
      expect(reasons).toEqual([
        ['a', 'changed since base'],
        ['e', 'new since base'],
        ['f', 'new since base'],
      ]);
      const one = { ...page, limit: 1 };
      const first = await previewDeletions(world.database, world.user, one);
      const second = await previewDeletions(world.database, world.user, {
        ...one,
        cursor: first.next ?? '',
      });
      expect([...first.items, ...second.items].map(({ code }) => code)).toEqual(['b', 'c']);
      expect([second.next, first.items[0]]).toEqual([
        null,
        expect.objectContaining({ type: 'shell', project: 'p1', code: 'b' }),
      ]);
    }
    const standing = { ...key(base.id), limit: 9, cursor: undefined };
    expect((await previewDeletions(world.database, world.user, standing)).items).toEqual([]);
  });

  it('REL-16 what leaves the scope without being deleted is told, and does not travel', async () => {
    await world.load(tenant, [shell('a', { segment: 's1' }), shell('b', { segment: 's1' })]);
    const base = await release({
      ...{ method: 'incremental', changed: 'all', types: ['shell'] },
      ...{ projects: ['p1'], segments: ['s1'] },
    });
    await world.load(tenant, [
      shell('a', { segment: 's2' }),
      shell('b', { name: 'x', segment: 's1' }),
    ]);
    const next = await release(since(base.packageId));
    expect([next.objects, next.deleted]).toEqual([['shell p1 b'], []]);
    expect(next.frozen.details.findings.map((one) => one.code)).toEqual(['ObjectsLeftScope']);
  });

  it('REL-18 REL-21 freezes twice to the same bytes, and to another digest on another base', async () => {
    await world.load(tenant, [shell('a')]);
    const base = await release({ method: 'full' });
    const same = await release({ method: 'full' });
    await world.load(tenant, [shell('b'), deletion('a', { type: 'shell', project: 'p1' })]);
    const [one, again] = [await release(since(base.id)), await release(since(base.id))];
    const other = await release(since(same.id));
    expect(again.texts).toEqual(one.texts);
    expect(again.frozen.digest).toBe(one.frozen.digest);
    expect(other.texts).toEqual(one.texts);
    expect(other.frozen.digest).not.toBe(one.frozen.digest);
    await world.load(tenant, [deletion('b', { type: 'shell', project: 'p1' })]);
    expect(await world.read(one.runId)).toEqual(one.texts);
  });
});

function linesOf(texts: ReadonlyMap<string, string>): string[] {
  return [...texts]
    .filter(([path]) => path.startsWith('objects/'))
    .flatMap(([, text]) => text.split('\n').filter(Boolean));
}

/** The same numbers at every run (xorshift), so that what fails once fails again. */
let state = 2026;
function randomInt(below: number): number {
  state ^= state << 13;
  state ^= state >>> 17;
  state ^= state << 5;
  return (state >>> 0) % below;
}

const pick = <T>(values: readonly T[]): T => values[randomInt(values.length)] as T;

/** An asset among few, so that changes meet one another. */
function random(): string {
  const code = `a${String(randomInt(6))}`;
  const project = pick(['p1', 'p2']);
  const given = {
    project,
    segment: pick([null, 's1', 's2']),
    definition: { text: String(randomInt(3)) },
  };
  const type = pick(['shell', 'detection_result', 'logical_fact_table'] as const);
  const target = { project: pick(['p1', 'p2']), code: `a${String(randomInt(6))}` };
  const role = type === 'detection_result' ? 'about' : 'upstream';
  return asset(type, code, { ...given, references: [reference(role, null, target)] });
}

/** What the list names is never deleted, as the whole list could not be released then. */
function randomChange(): string {
  const line = random();
  if (randomInt(3) > 0 || identityOf(line) === 'shell p1 a0') return line;
  const { type, project, code } = JSON.parse(line) as Record<'type' | 'project' | 'code', string>;
  return deletion(code, { type, project });
}

/** A file names each asset once. */
function distinct(lines: readonly string[]): string[] {
  return [...new Map(lines.map((line) => [identityOf(line), line])).values()];
}
