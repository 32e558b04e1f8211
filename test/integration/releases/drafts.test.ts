import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Gantry, Release } from '../../../client';
import { releaseStates } from '../../../schemas/releases/release-state';
import { createInstallation, type Installation } from '../../support/installation';
import { failureOf } from '../../support/failure-of';

const scope = {
  method: 'incremental',
  changed: { from: '2026-06-01', to: '2026-06-30' },
  categories: ['development'],
  projects: ['p1'],
} as const;

describe('release drafts', () => {
  let installation: Installation;
  let rosa: Gantry;
  let mia: Gantry;
  const create = (given: object = {}): Promise<Release> =>
    rosa.releases.create({ tenant: 'retail', scope, ...given });
  const setState = (release: string, state: string): Promise<unknown> =>
    installation.database('releases').where({ id: release }).update({ state });

  beforeAll(async () => {
    installation = await createInstallation();
    const { admin } = installation;
    await admin.tenants.create({ code: 'retail', name: '零售', timeZone: 'Asia/Shanghai' });
    await admin.tenants.create({ code: 'other' });
    const add = async (name: string, role: string): Promise<Gantry> => {
      const roles = [{ role }] as never;
      const { token } = await admin.people.add({ tenant: 'retail', name, roles });
      return installation.as(token ?? null);
    };
    rosa = await add('rosa', 'cross-tenant-release-user');
    mia = await add('mia', 'data-source-administrator');
  });

  afterAll(() => installation.close());

  it('REL-6 saves a draft with its defaults and shows it', async () => {
    const draft = await create();
    expect(draft).toMatchObject({
      tenant: 'retail',
      name: expect.stringMatching(/^零售_\d{14}\.dp$/),
      state: 'draft',
      method: 'incremental',
      createdBy: 'rosa',
      scope: { ...scope, types: [], segments: [] },
      package: null,
      operations: ['edit', 'preview', 'export', 'copy', 'delete'],
    });
    expect(await rosa.releases.show({ tenant: 'retail', release: draft.id })).toEqual(draft);
  });

  it('REL-9 changes a draft group by group and leaves the rest', async () => {
    const { id } = await create({ name: 'a', description: 'one' });
    const changed = await rosa.releases.update({
      tenant: 'retail',
      release: id,
      exportSettings: { connectionInformation: { dataSources: 'clear' } },
    });
    expect(changed).toMatchObject({
      name: 'a.dp',
      description: 'one',
      scope: { projects: ['p1'] },
    });
    const again = await rosa.releases.update({
      tenant: 'retail',
      release: id,
      scope: { method: 'full' },
      exportSettings: { createTableStatements: true },
    });
    expect(again).toMatchObject({
      method: 'full',
      exportSettings: {
        createTableStatements: true,
        connectionInformation: { computeSources: 'keep', dataSources: 'clear' },
      },
    });
  });

  it('REL-9 saves a draft whose scope is chosen later, and previews it only then', async () => {
    const { id } = await create({ scope: { method: 'incremental' } });
    const failure = await failureOf(rosa.releases.preview({ tenant: 'retail', release: id }));
    expect(failure.code).toBe('DraftInvalid');
    expect(failure.findings.map((finding) => finding.code)).toEqual(['ScopeMissing']);
    await rosa.releases.update({ tenant: 'retail', release: id, scope });
    expect(await rosa.releases.preview({ tenant: 'retail', release: id })).toMatchObject({
      objectCount: 0,
      findings: [{ code: 'ProjectUnknown' }],
    });
  });

  it.each(releaseStates)(
    'REL-9 edits and deletes a release that is "%s" as its state says',
    async (state) => {
      const { id } = await create();
      await setState(id, state);
      const ref = { tenant: 'retail', release: id };
      const editable = ['draft', 'rejected', 'failed', 'cancelled'].includes(state);
      if (editable) {
        expect(await rosa.releases.update({ ...ref, description: 'x' })).toMatchObject({
          state: 'draft',
        });
        await setState(id, state);
      } else {
        expect((await failureOf(rosa.releases.update(ref))).code).toBe('ReleaseStateWrong');
      }
      const copy = await rosa.releases.copy(ref);
      expect(copy).toMatchObject({ state: 'draft', copiedFrom: id, scope: { projects: ['p1'] } });
      const atWork = ['waiting for approval', 'exporting'].includes(state);
      if (atWork) {
        expect((await failureOf(rosa.releases.delete(ref))).code).toBe('ReleaseStateWrong');
      } else {
        await rosa.releases.delete(ref);
        expect((await failureOf(rosa.releases.show(ref))).code).toBe('ReleaseNotFound');
      }
    },
  );

  it('REL-10 lists the newest first, page by page, by name, state, method, maker and day', async () => {
    await installation.database('releases').update({ deleted_at: new Date() });
    const days = ['2026-05-31T16:00:00Z', '2026-06-01T10:00:00Z', '2026-06-02T16:00:00Z'];
    const ids: string[] = [];
    for (const [index, day] of days.entries()) {
      const { id } = await create({ name: `100%_${String(index)}` });
      await installation.database('releases').where({ id }).update({ created_at: day });
      ids.push(id);
    }
    await setState(ids[1] ?? '', 'failed');
    const list = async (query: object): Promise<string[]> =>
      (await rosa.releases.list({ tenant: 'retail', ...query })).releases.map((one) => one.id);
    const newest = [...ids].reverse();
    expect(await list({})).toEqual(newest);
    const first = await rosa.releases.list({ tenant: 'retail', limit: 2 });
    expect(first.releases.map((one) => one.id)).toEqual(newest.slice(0, 2));
    expect(await list({ limit: 2, cursor: first.next })).toEqual(newest.slice(2));
    expect(await list({ search: '100%_1' })).toEqual([ids[1]]);
    expect(await list({ search: '100__' })).toEqual([]);
    expect(await list({ states: ['failed'] })).toEqual([ids[1]]);
    expect(await list({ methods: ['full'] })).toEqual([]);
    expect(await list({ createdBy: 'mia' })).toEqual([]);
    expect(await list({ createdFrom: '2026-06-01', createdTo: '2026-06-02' })).toEqual([
      ids[1],
      ids[0],
    ]);
    expect((await failureOf(rosa.releases.list({ tenant: 'retail', cursor: '!' }))).code).toBe(
      'InvalidInput',
    );
  });

  it('REL-5 lets release users alone make and preview releases, and audits who was refused', async () => {
    const { id } = await create();
    const ref = { tenant: 'retail', release: id };
    const calls = [
      mia.releases.create({ tenant: 'retail', scope }),
      mia.releases.update({ ...ref, description: 'x' }),
      mia.releases.copy(ref),
      mia.releases.delete(ref),
      mia.releases.show(ref),
      mia.releases.preview(ref),
      mia.releases.download({ ...ref, target: '/tmp' }),
      mia.releases.link(ref),
    ];
    for (const call of calls) expect((await failureOf(call)).code).toBe('PermissionDenied');
    const refused = await installation
      .database('audit_log')
      .where({ actor: 'mia', outcome: 'refused' });
    expect(refused).toHaveLength(calls.length);
    const made = await installation
      .database('audit_log')
      .where({ actor: 'rosa', action: 'release.create', object: `release/${id}`, outcome: 'ok' });
    expect(made).toHaveLength(1);
  });

  it('REL-5 keeps releases of one tenant from another', async () => {
    const { id } = await create();
    const { admin } = installation;
    const failure = await failureOf(admin.releases.show({ tenant: 'other', release: id }));
    expect(failure.code).toBe('ReleaseNotFound');
  });

  it('REL-22 says of a release without a package that it is not ready, and of an old one that it is gone', async () => {
    const { id } = await create();
    const ref = { tenant: 'retail', release: id };
    expect((await failureOf(rosa.releases.link(ref))).code).toBe('PackageNotReady');
    const run = `release-export/${id}/1`;
    const tenant = installation.database('tenants').where({ code: 'retail' }).select('id');
    const person = installation.database('people').where({ name: 'rosa' }).select('id');
    await installation.database('runs').insert({
      ...{ id: run, tenant_id: tenant, pipeline: 'release-export', subject: id, request: '{}' },
      ...{ requested_by: person, status: 'parked' },
    });
    await setState(id, 'exporting');
    expect(await rosa.releases.show(ref)).toMatchObject({ warning: 'parked', runId: run });
    await installation.database('packages').insert({
      ...{
        id: 'pkg_old',
        tenant_id: tenant,
        release_id: id,
        run_id: run,
        name: 'a.dp',
        object_key: 'k',
      },
      ...{
        size_bytes: 1,
        digest: Buffer.alloc(32),
        counts: '{}',
        warnings: '[]',
        created_by: 'rosa',
      },
      ...{ expires_at: new Date(0), deleted_at: new Date() },
    });
    expect((await failureOf(rosa.releases.link(ref))).code).toBe('PackageExpired');
  });
});
