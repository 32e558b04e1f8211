import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createKey } from '../../../store/keys/create-key';
import { revokeKey } from '../../../store/keys/revoke-key';
import { fixSealing } from '../../../store/releases/fix-sealing';
import { sealSecret } from '../../../store/secrets/secret-box';
import { credentialContext } from '../../../store/tenants/find-settings';
import { findTenant } from '../../../store/tenants/find-tenant';
import { failureOf } from '../../support/failure-of';
import { encryptionKey } from '../catalog/catalog-world';
import { asset, createReleasesWorld, type ReleasesWorld } from './releases-world';

const tenant = 'retail';

describe('what a run seals and signs with', () => {
  let world: ReleasesWorld;
  let tenantId = 0;
  const fix = (runId: string) => fixSealing(world.database, encryptionKey, runId);
  const freeze = () => world.freeze(tenant, { scope: { method: 'full' } });
  const newKey = async (): Promise<string> => {
    const input = { tenant, label: 'test' };
    const caller = world.administrator(tenant);
    return (await createKey(world.database, caller, { input, encryptionKey })).keyId;
  };

  beforeAll(async () => {
    world = await createReleasesWorld();
    tenantId = (await findTenant(world.database, tenant)).id;
    await world.load(tenant, [asset('project', 'p1')]);
  });
  afterAll(() => world.drop());

  it('REL-2 is missing while no credential is set, and is fixed when one is', async () => {
    const runId = await freeze();
    expect((await failureOf(fix(runId))).code).toBe('SettingsIncomplete');
    await world.database('release_settings').insert({
      tenant_id: tenantId,
      sealed_credential: sealSecret(encryptionKey, 'a credential', credentialContext(tenantId)),
      updated_by: 'test',
    });
    expect(await fix(runId)).toEqual({ credential: 'a credential', salt: expect.any(Buffer) });
  });

  it('REL-21 is fixed at the first call, also of several at once', async () => {
    const first = await newKey();
    const runId = await freeze();
    const fixed = await Promise.all([fix(runId), fix(runId), fix(runId)]);
    const second = await newKey();
    expect(fixed.map((one) => one.signingKey?.keyId)).toEqual([first, first, first]);
    expect(await fix(runId)).toEqual(fixed[0]);
    expect((await fix(await freeze())).signingKey?.keyId).toBe(second);
  });

  it('REL-24 waits for its approval before it is fixed', async () => {
    await newKey();
    const runId = await freeze();
    const renewed = await newKey();
    expect((await fix(runId)).signingKey?.keyId).toBe(renewed);
  });

  it('REL-29 is refused when its key was revoked meanwhile', async () => {
    const key = await newKey();
    const runId = await freeze();
    await fix(runId);
    const caller = world.administrator(tenant);
    await revokeKey(world.database, caller, { tenant, key, reason: 'lost' });
    expect((await failureOf(fix(runId))).code).toBe('SigningKeyRevoked');
    expect(await fix(await freeze())).not.toHaveProperty('signingKey');
  });

  it('REL-18 needs a frozen scope', async () => {
    const runId = await world.addRun(await world.draft(tenant, { scope: { method: 'full' } }));
    expect((await failureOf(fix(runId))).code).toBe('FrozenScopeMissing');
  });
});
