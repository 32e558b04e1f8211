import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Gantry, MappingRuleInput } from '../../../client';
import { readMapping } from '../../../store/mappings/read-mapping';
import { findTenant } from '../../../store/tenants/find-tenant';
import { failureOf } from '../../support/failure-of';
import { createInstallation, type Installation } from '../../support/installation';

const source = 'dev';
const first: MappingRuleInput[] = [
  { kind: 'project', from: 'sales_dev', to: 'sales' },
  { kind: 'data_source', from: { code: 'pg_dev' }, to: { code: 'pg' } },
];
let installation: Installation;
let releases: Gantry;
const people: Record<string, Gantry> = {};

beforeAll(async () => {
  installation = await createInstallation();
  await installation.admin.tenants.create({ code: 'retail', releaseRole: false });
  for (const role of ['cross-tenant-release-user', 'approver', 'operator'] as const)
    people[role] = await join(role, role);
  people['data-source-administrator'] = await join('ds', 'data-source-administrator');
  releases = who('cross-tenant-release-user');
});
afterAll(() => installation.close());

async function join(
  name: string,
  role: 'approver' | 'operator' | 'data-source-administrator' | 'cross-tenant-release-user',
) {
  const { token } = await installation.admin.people.add({
    tenant: 'retail',
    name,
    roles: [{ role }],
  });
  return installation.as(token);
}

function who(name: string): Gantry {
  const gantry = people[name];
  if (gantry === undefined) throw new Error(`${name} has not joined`);
  return gantry;
}

/** A source of its own for a test. */
async function saved(name: string, ...versions: MappingRuleInput[][]): Promise<void> {
  for (const rules of versions)
    await releases.mappings.save({ tenant: 'retail', source: name, rules });
}

describe('mappings', () => {
  it('RUN-25 are kept by source, every version as it was saved', async () => {
    await saved('kept', first, first.slice(1), []);
    const shown = await releases.mappings.show({ tenant: 'retail', source: 'kept', version: 1 });
    const latest = await releases.mappings.show({ tenant: 'retail', source: 'kept' });
    expect(shown).toMatchObject({
      source: 'kept',
      version: 1,
      ruleCount: 2,
      createdBy: 'cross-tenant-release-user',
      rules: [
        { kind: 'data_source', from: { project: null, code: 'pg_dev' }, to: { code: 'pg' } },
        { kind: 'project', from: 'sales_dev', to: 'sales' },
      ],
    });
    expect(latest).toMatchObject({ version: 3, rules: [] });
  });

  it('RUN-25 tell in their history what each version changed, page by page', async () => {
    const renamed = { kind: 'project', from: 'sales_dev', to: 'shop' } as const;
    await saved('told', first, [renamed, { kind: 'owner', from: 'li', to: 'wang' }], [renamed]);
    const ref = { tenant: 'retail', source: 'told' };
    const page = await releases.mappings.history({ ...ref, limit: 2 });
    const rest = await releases.mappings.history({ ...ref, limit: 2, before: 2 });
    expect([...page, ...rest]).toMatchObject([
      { version: 3, added: 0, changed: 0, removed: 1, ruleCount: 1 },
      { version: 2, added: 1, changed: 1, removed: 1, ruleCount: 2 },
      { version: 1, added: 2, changed: 0, removed: 0, ruleCount: 2 },
    ]);
  });

  it('RUN-25 get no new version from rules that are the same, in whatever order', async () => {
    const ref = { tenant: 'retail', source: 'same' };
    const one = await releases.mappings.save({ ...ref, rules: first });
    const again = await releases.mappings.save({ ...ref, rules: [...first].reverse() });
    const other = await releases.mappings.save({ tenant: 'retail', source: 'twin', rules: first });
    expect([one.changed, again.changed, again.version]).toEqual([true, false, 1]);
    expect([again.digest, other.digest]).toEqual([one.digest, one.digest]);
  });

  it('RUN-25 that moved meanwhile are not overwritten', async () => {
    const ref = { tenant: 'retail', source: 'moved' };
    await releases.mappings.save({ ...ref, rules: first, expectedVersion: 0 });
    const late = await failureOf(releases.mappings.save({ ...ref, rules: [], expectedVersion: 0 }));
    expect([late.code, late.details['latestVersion']]).toEqual(['MappingMoved', 1]);
    await releases.mappings.save({ ...ref, rules: [], expectedVersion: 1 });
    expect((await releases.mappings.show(ref)).version).toBe(2);
  });

  it('RUN-25 saved at the same moment on the same version go through once', async () => {
    const ref = { tenant: 'retail', source: 'race', expectedVersion: 0 };
    const tries = ['a', 'b', 'c', 'd'].map((to) =>
      releases.mappings.save({ ...ref, rules: [{ kind: 'owner', from: 'li', to }] }),
    );
    const ends = await Promise.allSettled(tries);
    expect(ends.filter((end) => end.status === 'fulfilled')).toHaveLength(1);
    const history = await releases.mappings.history({ tenant: 'retail', source: 'race' });
    expect(history.map((one) => one.version)).toEqual([1]);
  });

  it('RUN-25 are listed with their latest version, of this tenant alone', async () => {
    await installation.admin.tenants.create({ code: 'other' });
    await installation.admin.mappings.save({ tenant: 'other', source, rules: first });
    await saved('listed', first, []);
    const listed = await releases.mappings.list({ tenant: 'retail' });
    expect(listed.find((one) => one.source === 'listed')).toMatchObject({
      version: 2,
      ruleCount: 0,
    });
    expect(listed.filter((one) => one.source === source)).toEqual([]);
  });

  it('RUN-25 that are not there are told by their code', async () => {
    const ref = { tenant: 'retail', source: 'nowhere' };
    expect((await failureOf(releases.mappings.show(ref))).code).toBe('MappingNotFound');
    await saved('short', first);
    const beyond = releases.mappings.show({ tenant: 'retail', source: 'short', version: 2 });
    expect((await failureOf(beyond)).code).toBe('MappingNotFound');
    const { id } = await findTenant(installation.database, 'retail');
    const stored = await readMapping(installation.database, { tenantId: id, source: 'nowhere' });
    expect(stored).toBeUndefined();
  });

  it('RUN-25 with faults are not saved, and every fault is told', async () => {
    const attempt = releases.mappings.save({
      tenant: 'retail',
      source: 'Not a code',
      rules: [...first, ...first],
    });
    const { code, findings } = await failureOf(attempt);
    expect([code, findings.map((one) => one.object?.code).sort()]).toEqual([
      'InvalidInput',
      ['rules.2.from', 'rules.3.from', 'source'],
    ]);
  });

  it('RUN-29 are read by those who see releases and changed by release users and administrators', async () => {
    await saved('rights', first);
    const ref = { tenant: 'retail', source: 'rights' };
    const outcome = async (gantry: Gantry): Promise<string[]> => {
      const calls = [gantry.mappings.show(ref), gantry.mappings.save({ ...ref, rules: first })];
      const ends = await Promise.allSettled(calls);
      return ends.map((end) =>
        end.status === 'fulfilled' ? 'ok' : (end.reason as { code: string }).code,
      );
    };
    expect(await outcome(installation.admin)).toEqual(['ok', 'ok']);
    expect(await outcome(who('cross-tenant-release-user'))).toEqual(['ok', 'ok']);
    expect(await outcome(who('approver'))).toEqual(['ok', 'PermissionDenied']);
    expect(await outcome(who('operator'))).toEqual(['ok', 'PermissionDenied']);
    expect(await outcome(who('data-source-administrator'))).toEqual([
      'PermissionDenied',
      'PermissionDenied',
    ]);
  });

  it('RUN-23 changes are audited with what changed, refused ones with their code', async () => {
    const ref = { tenant: 'retail', source: 'audited' };
    await saved('audited', first);
    await failureOf(releases.mappings.save({ ...ref, rules: [], expectedVersion: 5 }));
    await failureOf(who('operator').mappings.save({ ...ref, rules: [] }));
    const { entries } = await installation.admin.audit.list({
      tenant: 'retail',
      object: 'tenant/retail/mapping/audited',
    });
    expect(entries).toMatchObject([
      { actor: 'operator', outcome: 'refused', details: { code: 'PermissionDenied' } },
      { outcome: 'refused', details: { code: 'MappingMoved', latestVersion: 1 } },
      { outcome: 'ok', action: 'mapping.edit', details: { version: 1, added: 2, removed: 0 } },
    ]);
  });
});
