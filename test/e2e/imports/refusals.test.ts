import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { failureOf } from '../../support/failure-of';
import { until } from '../runs/run-world';
import {
  approvedByOtto,
  createImportWorld,
  errorsOf,
  target,
  type ImportWorld,
} from './import-world';

const role = { name: 'ines', roles: [{ role: 'cross-tenant-release-user' as const }] };
const mode = 'cross-tenant-publishing' as const;

describe('an import that is not allowed', () => {
  let world: ImportWorld;
  let file: string;
  let empty: string;
  beforeAll(async () => {
    world = await createImportWorld({ targetSettings: approvedByOtto() });
    file = await world.exported();
    empty = await world.digest();
  }, 300_000);
  afterAll(() => world.close());

  const unchanged = async (): Promise<void> => {
    expect(await world.digest()).toBe(empty);
    expect(await world.leftovers()).toEqual([]);
  };

  it('REL-5 is refused to whom has no right, and RUN-23 the attempt is audited', async () => {
    for (const client of [world.otto, world.stack.person('mara')]) {
      const failure = await failureOf(client.imports.run({ tenant: target, file }));
      expect(failure.code).toBe('PermissionDenied');
    }
    const { entries } = await world.olga.audit.list({ tenant: target, action: 'release.import' });

    expect(entries.map(({ actor, outcome }) => `${actor} ${outcome}`).sort()).toEqual([
      'mara refused',
      'otto refused',
    ]);
    await unchanged();
  });

  it('RUN-21 ends when the right is taken away while it waits', async () => {
    const { run } = await world.ines.imports.run({ tenant: target, file, requestId: 'revoked' });
    const view = await until(world.stack, run, 'waiting for approval');
    await world.stack.admin.people.grant({
      ...role,
      tenant: target,
      roles: [{ role: 'operator' }],
    });
    await world.stack.admin.people.revoke({ ...role, tenant: target });
    await world.otto.approvals.approve({ request: view.approvalRequestId ?? '' });
    await world.ines.runs.result({ run });
    const ended = await world.ines.runs.show({ run });
    await world.stack.admin.people.grant({ ...role, tenant: target });

    expect(errorsOf(ended)).toEqual(['PermissionDenied']);
    await unchanged();
  }, 300_000);

  it.each(['normal', 'maintenance'] as const)(
    'REL-42 needs the mode of publishing: %s is refused by code, a check and a plan need none',
    async (other) => {
      await world.olga.tenants.endMode({ tenant: target });
      if (other !== 'normal') await world.olga.tenants.startMode({ tenant: target, mode: other });
      const { run } = await world.imported({ file, requestId: `in-${other}` });
      const looks = await Promise.all(
        (['check', 'plan'] as const).map(async (look) => {
          const started = await world.ines.imports[look]({
            tenant: target,
            file,
            requestId: other,
          });
          return (await world.ines.runs.result({ run: started.run })).outcome;
        }),
      );
      if (other !== 'normal') await world.olga.tenants.endMode({ tenant: target });
      await world.olga.tenants.startMode({ tenant: target, mode });

      expect([run.status, errorsOf(run)]).toEqual(['check failed', ['ModeWrong']]);
      expect(looks).toEqual(['succeeded', 'succeeded']);
      await unchanged();
    },
    300_000,
  );

  it('REL-3 lets the mode end while it waits, and REL-42 ends when it has', async () => {
    const { run } = await world.ines.imports.run({ tenant: target, file, requestId: 'ended' });
    const view = await until(world.stack, run, 'waiting for approval');
    await world.olga.tenants.endMode({ tenant: target });
    await world.otto.approvals.approve({ request: view.approvalRequestId ?? '' });
    await world.ines.runs.result({ run });
    await world.olga.tenants.startMode({ tenant: target, mode });

    expect(errorsOf(await world.ines.runs.show({ run }))).toEqual(['ModeWrong']);
    await unchanged();
  }, 300_000);

  it('REL-29 is refused with another credential, which points to the settings', async () => {
    const change = (credential: string) =>
      world.olga.tenants.changeSettings({ tenant: target, settings: { credential } });
    await change('another-credential-of-28-chars');
    const { run } = await world.imported({ file, requestId: 'sealed' });
    await change(world.stack.credential);
    const [finding] = run.report?.findings ?? [];

    expect([run.status, errorsOf(run)]).toEqual(['check failed', ['SealMismatch']]);
    expect(finding?.fix).toContain('settings');
    await unchanged();
  }, 300_000);

  it('REL-29 tells every finding at once, and writes nothing', async () => {
    await world.olga.tenants.changeSettings({
      tenant: target,
      settings: { credential: 'another-credential-of-28-chars', demandSignature: true },
    });
    await world.stack
      .database('tenants')
      .where({ code: target })
      .update({ product_version: '9.9' });
    const { run } = await world.imported({ file, requestId: 'everything' });

    expect(
      errorsOf(run)
        .map((error) => error.split(' ')[0])
        .sort(),
    ).toEqual(['ProductVersionDiffers', 'SealMismatch', 'SignatureMissing']);
    await unchanged();
  }, 300_000);
});
