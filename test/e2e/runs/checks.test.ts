import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createGantryStack, type GantryStack } from '../../support/gantry-stack';
import { audited, draft, ended, releaseState, startExport, stepOf, waiting } from './run-world';

const tenant = 'retail';

describe('the checks of an export', () => {
  let stack: GantryStack;
  beforeAll(async () => {
    const settings = { credential: undefined, retentionDays: undefined, exportApproval: undefined };
    stack = await createGantryStack({ settings });
  });
  afterAll(() => stack.close());

  it('REL-2 end it before anything is frozen, and name every setting that is missing', async () => {
    const { run, release } = await startExport(stack);
    const details = await ended(stack, run);

    expect(details.status).toBe('check failed');
    expect(details.report?.findings.map((finding) => finding.code)).toEqual([
      'SettingsIncomplete',
      'SettingsIncomplete',
      'SettingsIncomplete',
    ]);
    for (const name of ['credential', 'retentionDays', 'exportApproval'])
      expect(details.report?.reason).toContain(name);
    expect(stepOf(details, 'check settings').state).toBe('failed');
    expect(stepOf(details, 'freeze scope').state).toBe('pending');
    expect(await releaseState(stack, release)).toBe('failed');

    const settings = {
      credential: stack.credential,
      retentionDays: 1,
      exportApproval: { kind: 'none' as const },
    };
    await stack.admin.tenants.changeSettings({ tenant, settings });
    const again = await stack.person('mara').releases.export({ tenant, release });
    expect(again).not.toBe(run);
    expect((await ended(stack, again)).status).toBe('succeeded');
  });

  it('REL-17 are made when the run starts: a mode that ended after the draft refuses it', async () => {
    const release = await draft(stack);
    await stack.person('lin').tenants.endMode({ tenant });
    const run = await stack.person('mara').releases.export({ tenant, release });
    const details = await ended(stack, run);
    await stack.person('lin').tenants.startMode({ tenant, mode: 'cross-tenant-publishing' });

    expect(details.status).toBe('check failed');
    expect(details.report?.findings.map((finding) => finding.code)).toEqual(['ModeWrong']);
    expect(stepOf(details, 'check maintenance mode').state).toBe('failed');
    expect(stepOf(details, 'freeze scope').state).toBe('pending');
  });

  it('REL-42 refuse the mode maintenance too', async () => {
    await stack.person('lin').tenants.endMode({ tenant });
    await stack.person('lin').tenants.startMode({ tenant, mode: 'maintenance' });
    const { run } = await startExport(stack);
    const details = await ended(stack, run);
    await stack.person('lin').tenants.endMode({ tenant });
    await stack.person('lin').tenants.startMode({ tenant, mode: 'cross-tenant-publishing' });

    expect(details.report?.findings.map((finding) => finding.code)).toEqual(['ModeWrong']);
  });

  it('REL-3 let the mode end while a run only waits, and REL-17 are made again after it', async () => {
    const { run, release, request } = await waiting(stack);
    const modeAfter = await stack.person('lin').tenants.endMode({ tenant });
    await stack.person('sofia').approvals.approve({ request });
    const details = await ended(stack, run);
    await stack.person('lin').tenants.startMode({ tenant, mode: 'cross-tenant-publishing' });

    expect(modeAfter.mode).toBe('normal');
    expect(details.status).toBe('check failed');
    expect(details.report?.findings.map((finding) => finding.code)).toEqual(['ModeWrong']);
    expect(stepOf(details, 'collect').state).toBe('pending');
    expect(await releaseState(stack, release)).toBe('failed');
  });

  it('RUN-21 end it when the right of who asked is taken away while it waits', async () => {
    const { run, request } = await waiting(stack);
    const change = {
      tenant,
      name: 'mara',
      roles: [{ role: 'cross-tenant-release-user' as const }],
    };
    await stack.admin.people.revoke({ ...change });
    await stack.admin.people.grant({ tenant, name: 'mara', roles: [{ role: 'operator' }] });
    await stack.person('sofia').approvals.approve({ request });
    const details = await ended(stack, run);
    await stack.admin.people.grant({ ...change });

    expect(details.status).toBe('check failed');
    expect(details.report?.findings.map((finding) => finding.code)).toEqual(['PermissionDenied']);
    const rows = await audited(stack, 'release.export');
    expect(rows.filter((row) => row.object === run).map((row) => row.outcome)).toEqual([
      'check failed',
      'refused',
    ]);
  });

  it('REL-18 end it when nothing is in its scope', async () => {
    const { run } = await startExport(stack, {
      scope: {
        method: 'incremental',
        changed: { from: '2001-01-01', to: '2001-01-02' },
        categories: ['development'],
        projects: ['sales'],
      },
    });
    const details = await ended(stack, run);

    expect(details.status).toBe('check failed');
    expect(details.report?.findings.map((finding) => finding.code)).toEqual(['ScopeEmpty']);
  });
});
