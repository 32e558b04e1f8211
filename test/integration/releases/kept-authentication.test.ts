import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decryptSecrets, deriveAuthenticationKeys } from '../../../archive/authentication-box';
import type { ReleaseDraftInput } from '../../../schemas/releases/release-draft';
import { freezeScope } from '../../../store/releases/freeze-scope';
import { fixSealing } from '../../../store/releases/fix-sealing';
import { createSecretsPacker } from '../../../store/releases/pack-secrets';
import { streamShard } from '../../../store/releases/stream-shard';
import { updateDraft } from '../../../store/releases/update-draft';
import { sealSecret } from '../../../store/secrets/secret-box';
import { credentialContext } from '../../../store/tenants/find-settings';
import { findTenant } from '../../../store/tenants/find-tenant';
import { failureOf } from '../../support/failure-of';
import { encryptionKey } from '../catalog/catalog-world';
import { asset, createReleasesWorld, type ReleasesWorld } from './releases-world';

const tenant = 'retail';
const source = (type: string, code: string, password: string | null): string =>
  asset(type, code, {
    definition: {
      connection: { host: `${code}.example.org` },
      authentication: password === null ? null : { user: 'gantry', password },
    },
  });

describe('authentication information that is kept', () => {
  let world: ReleasesWorld;
  let tenantId = 0;
  const keep: Partial<ReleaseDraftInput> = {
    scope: { method: 'full' },
    exportSettings: {
      authenticationInformation: { dataSources: 'keep' },
      keepAuthenticationConfirmed: true,
    },
  };
  const setCredential = async (credential: string): Promise<void> => {
    const sealed = sealSecret(encryptionKey, credential, credentialContext(tenantId));
    await world
      .database('release_settings')
      .insert({ tenant_id: tenantId, sealed_credential: sealed, updated_by: 'test' })
      .onConflict('tenant_id')
      .merge();
  };
  /** Every line of a type as it goes into the package, read anew. */
  const readType = async (runId: string, type: string): Promise<Record<string, unknown>[]> => {
    const shard = (await world.shards(runId)).find((one) => one.type === type);
    const packSecrets = await createSecretsPacker(world.database, encryptionKey, { runId, type });
    const chunks: Buffer[] = [];
    for await (const chunk of streamShard(world.database, {
      ...{ runId, number: shard?.number ?? 0 },
      ...(packSecrets === undefined ? {} : { packSecrets }),
    })) {
      chunks.push(chunk);
    }
    const lines = Buffer.concat(chunks).toString('utf8').split('\n').filter(Boolean);
    return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  };

  beforeAll(async () => {
    world = await createReleasesWorld();
    tenantId = (await findTenant(world.database, tenant)).id;
    await setCredential('first credential');
    await world.load(tenant, [
      source('data_source', 'erp', 'PLANTED-erp'),
      source('data_source', 'open', null),
      source('compute_source', 'engine', 'PLANTED-engine'),
      asset('key', 'master', { definition: { material: 'PLANTED-key' } }),
    ]);
  });
  afterAll(() => world.drop());

  it('REL-6 REL-26 travels encrypted, of the kind of source that the draft says alone', async () => {
    const runId = await world.freeze(tenant, keep);
    const [erp, open] = await readType(runId, 'data_source');
    const text = JSON.stringify([erp, open, await readType(runId, 'compute_source')]);
    expect(text + JSON.stringify(await readType(runId, 'key'))).not.toContain('PLANTED');
    expect(open?.['definition']).toMatchObject({ authentication: null });
    expect((await readType(runId, 'compute_source'))[0]?.['definition']).toMatchObject({
      authentication: null,
    });
    const { credential, salt } = await fixSealing(world.database, encryptionKey, runId);
    const keys = await deriveAuthenticationKeys(credential, salt);
    const opened = decryptSecrets(erp?.['definition'] as Record<string, unknown>, {
      keys,
      identity: { type: 'data_source', project: null, code: 'erp' },
      fields: ['authentication'],
    });
    expect(opened).toEqual({
      definition: { connection: { host: 'erp.example.org' }, authentication: null },
      secrets: { authentication: { user: 'gantry', password: 'PLANTED-erp' } },
    });
  });

  it('REL-6 is told as a warning, and what stays out is counted', async () => {
    const runId = await world.freeze(tenant, keep);
    const { details } = await freezeScope(world.database, { runId });
    expect(details.findings.map(({ code, severity }) => [code, severity])).toEqual([
      ['AuthenticationKept', 'warning'],
    ]);
    expect(details.findings[0]?.reason).toContain(' 1 sources');
    expect(details.cleared).toEqual([
      { type: 'compute_source', count: 1 },
      { type: 'key', count: 1 },
    ]);
  });

  it('REL-18 REL-21 gives the same bytes after secrets and credential were changed', async () => {
    const runId = await world.freeze(tenant, keep);
    const before = await readType(runId, 'data_source');
    await world.load(tenant, [source('data_source', 'erp', 'PLANTED-newer')]);
    await setCredential('second credential');
    expect(await readType(runId, 'data_source')).toEqual(before);
    const later = await world.freeze(tenant, keep);
    expect((await fixSealing(world.database, encryptionKey, runId)).credential).toBe(
      'first credential',
    );
    expect((await fixSealing(world.database, encryptionKey, later)).credential).toBe(
      'second credential',
    );
  });

  it('REL-18 another secret gives another digest to approve, the same one the same', async () => {
    const digest = async (draft = keep) =>
      (await freezeScope(world.database, { runId: await world.freeze(tenant, draft) })).digest;
    const [one, again, cleared] = [
      await digest(),
      await digest(),
      await digest({ scope: { method: 'full' } }),
    ];
    await world.load(tenant, [source('data_source', 'erp', 'PLANTED-newest')]);
    expect(again).toBe(one);
    expect(cleared).not.toBe(one);
    expect(await digest()).not.toBe(one);
    expect(await digest({ scope: { method: 'full' } })).toBe(cleared);
  });

  it('REL-26 is never left out in silence where nothing can encrypt it', async () => {
    const runId = await world.freeze(tenant, keep);
    const number = (await world.shards(runId)).find((one) => one.type === 'data_source')?.number;
    const unarmed = streamShard(world.database, { runId, number: number ?? 0 });
    expect((await failureOf(unarmed.next())).code).toBe('InternalError');
  });

  it('REL-6 is confirmed anew whenever what is kept is changed', async () => {
    const id = await world.draft(tenant, keep);
    const change = (authenticationInformation: Record<string, string>, confirmed?: boolean) =>
      updateDraft(world.database, world.user, {
        ...{ tenant, release: id },
        changes: {
          exportSettings: {
            authenticationInformation,
            ...(confirmed === undefined ? {} : { keepAuthenticationConfirmed: confirmed }),
          },
        },
      });
    const failure = await failureOf(change({ computeSources: 'keep' }));
    expect(failure.findings.map((one) => one.code)).toEqual(['AuthenticationNotConfirmed']);
    const kept = await change({ computeSources: 'keep' }, true);
    expect(kept.export_settings.authenticationInformation).toEqual({
      ...{ computeSources: 'keep', dataSources: 'keep' },
    });
    const cleared = await change({ computeSources: 'clear', dataSources: 'clear' });
    expect(cleared.export_settings.keepAuthenticationConfirmed).toBe(false);
  });
});
