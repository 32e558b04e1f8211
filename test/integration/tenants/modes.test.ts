import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Gantry } from '../../../client';
import { isPipelineError } from '../../../schemas/pipeline-error';
import { demandMode } from '../../../store/tenants/demand-mode';
import { findTenant } from '../../../store/tenants/find-tenant';
import { holdMode, releaseMode } from '../../../store/tenants/hold-mode';
import { failureOf } from '../../support/failure-of';
import { createInstallation, type Installation } from '../../support/installation';

const mode = 'cross-tenant-publishing' as const;
let installation: Installation;
let admin: Gantry;
let count = 0;
let tenant: string;
let tenantId: number;

beforeAll(async () => {
  installation = await createInstallation();
  admin = installation.admin;
});
beforeEach(async () => {
  tenant = `t${++count}`;
  await admin.tenants.create({ code: tenant });
  tenantId = (await findTenant(installation.database, tenant)).id;
});
afterAll(() => installation.close());

describe('modes', () => {
  it('REL-1 the history tells who started and ended a mode, when and why', async () => {
    await admin.tenants.startMode({ tenant, mode, reason: 'release 12' });
    await admin.tenants.endMode({ tenant, reason: 'done' });
    await admin.tenants.startMode({ tenant, mode: 'maintenance' });
    const state = await admin.tenants.mode({ tenant });
    expect(state).toMatchObject({
      mode: 'maintenance',
      heldBy: [],
      history: [
        { mode: 'maintenance', startedBy: 'admin', endedAt: null, endedBy: null },
        { mode, startReason: 'release 12', endedBy: 'admin', endReason: 'done' },
      ],
    });
    expect((await admin.tenants.show({ tenant })).mode).toBe('maintenance');
  });

  it('REL-3 a mode starts from normal only, and normal cannot be ended', async () => {
    const end = await failureOf(admin.tenants.endMode({ tenant }));
    await admin.tenants.startMode({ tenant, mode });
    const again = await failureOf(admin.tenants.startMode({ tenant, mode }));
    const other = await failureOf(admin.tenants.startMode({ tenant, mode: 'maintenance' }));
    expect([end.code, again.code, other.code]).toEqual([
      'ModeUnchanged',
      'ModeUnchanged',
      'ModeTaken',
    ]);
  });

  it('REL-3 of two administrators who start a mode at once one wins', async () => {
    const attempts = await Promise.allSettled([
      admin.tenants.startMode({ tenant, mode }),
      admin.tenants.startMode({ tenant, mode: 'maintenance' }),
    ]);
    const refused = attempts.filter((one) => one.status === 'rejected');
    expect(refused.map((one) => isPipelineError(one.reason, 'ModeTaken'))).toEqual([true]);
    expect((await admin.tenants.mode({ tenant })).history).toHaveLength(1);
  });

  it.each(['cross-tenant-release-user', 'approver', 'operator', 'project-owner'] as const)(
    'REL-3 a holder of %s neither starts nor ends a mode',
    async (role) => {
      const scope = role === 'project-owner' ? { scope: 'p' } : {};
      const name = `${tenant}-${role}`;
      const added = await admin.people.add({ tenant, name, roles: [{ role, ...scope }] });
      const other = await installation.as(added.token);
      const start = await failureOf(other.tenants.startMode({ tenant, mode }));
      await admin.tenants.startMode({ tenant, mode });
      const end = await failureOf(other.tenants.endMode({ tenant }));
      expect([start.code, end.code]).toEqual(['PermissionDenied', 'PermissionDenied']);
    },
  );

  it('REL-3 a mode that runs hold cannot be ended, and the refusal names them', async () => {
    await admin.tenants.startMode({ tenant, mode });
    const [one, two] = [await addRun('one'), await addRun('two')];
    expect(await hold(one)).toEqual({ held: true, mode });
    expect(await hold(one)).toEqual({ held: true, mode });
    await hold(two);
    const failure = await failureOf(admin.tenants.endMode({ tenant }));
    expect([failure.code, failure.details['runs']]).toEqual(['ModeHeld', [one, two]]);
    expect((await admin.tenants.mode({ tenant })).heldBy).toEqual([one, two]);
    await release(one);
    await release(one);
    await release(two);
    expect((await admin.tenants.endMode({ tenant })).mode).toBe('normal');
  });

  it('REL-3 a run that waits for approval does not hold the mode', async () => {
    await admin.tenants.startMode({ tenant, mode });
    await addRun('waiting');
    expect((await admin.tenants.endMode({ tenant })).mode).toBe('normal');
  });

  it.each(['normal', 'maintenance'] as const)('REL-42 in %s nothing is held', async (other) => {
    if (other !== 'normal') await admin.tenants.startMode({ tenant, mode: other });
    const run = await addRun('early');
    expect(await hold(run)).toEqual({ held: false, mode: other });
    expect((await admin.tenants.mode({ tenant })).heldBy).toEqual([]);
  });

  it('REL-3 neither an unknown nor an ended nor a foreign run holds a mode', async () => {
    await admin.tenants.startMode({ tenant, mode });
    const run = await addRun('ended');
    await installation.database('runs').where({ id: run }).update({ ended_at: new Date() });
    const foreign = await failureOf(
      installation.database.transaction((trx) =>
        holdMode(trx, { tenantId: tenantId - 1, runId: run, mode }),
      ),
    );
    const codes = [(await failureOf(hold('nothing'))).code, (await failureOf(hold(run))).code];
    expect([...codes, foreign.code]).toEqual(['RunNotFound', 'RunClosed', 'RunNotFound']);
  });

  it('REL-3 holding and ending at once never leave a run at work in normal mode', async () => {
    const outcomes = new Set<string>();
    for (let round = 0; round < 20; round += 1) {
      await admin.tenants.startMode({ tenant, mode });
      const run = await addRun(`race-${round}`);
      const [held, ended] = await Promise.all([
        hold(run),
        admin.tenants.endMode({ tenant }).then(
          () => true,
          (error: unknown) => {
            if (isPipelineError(error, 'ModeHeld')) return false;
            throw error;
          },
        ),
      ]);
      expect(held.held).toBe(!ended);
      outcomes.add(String(ended));
      await release(run);
      if (!ended) await admin.tenants.endMode({ tenant });
    }
    expect(outcomes.size).toBeGreaterThan(0);
  });

  it('REL-42 an operation that the mode forbids is refused in its own transaction', async () => {
    const exportIn = () =>
      installation.database.transaction((trx) =>
        demandMode(trx, { tenantId, operation: 'export' }),
      );
    expect((await failureOf(exportIn())).code).toBe('ModeWrong');
    await admin.tenants.startMode({ tenant, mode });
    await expect(exportIn()).resolves.toBeUndefined();
  });

  it('REL-42 while publishing goes on, production changes are for release users alone', async () => {
    const { token } = await admin.people.add({
      tenant,
      name: `${tenant}-op`,
      roles: [{ role: 'operator' }],
    });
    expect(token).not.toBeNull();
    await admin.tenants.startMode({ tenant, mode });
    const change = async (name: string) => {
      const person = await installation.database('people').where({ name }).first<{ id: number }>();
      return installation.database.transaction((trx) =>
        demandMode(trx, { tenantId, operation: 'production-change', personId: person.id }),
      );
    };
    expect((await failureOf(change(`${tenant}-op`))).code).toBe('ModeWrong');
    await expect(change('admin')).resolves.toBeUndefined();
  });
});

async function addRun(name: string): Promise<string> {
  const id = `release-export/${tenant}/${name}`;
  const admins = await installation
    .database('people')
    .where({ name: 'admin' })
    .first<{ id: number }>();
  await installation.database('runs').insert({
    id,
    tenant_id: tenantId,
    pipeline: 'release-export',
    subject: name,
    request: '{}',
    requested_by: admins.id,
    status: 'running',
  });
  return id;
}

function hold(runId: string) {
  return installation.database.transaction((trx) => holdMode(trx, { tenantId, runId, mode }));
}

function release(runId: string) {
  return installation.database.transaction((trx) => releaseMode(trx, runId));
}
