import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { deriveAuthenticationKeys, encryptSecrets } from '../../../archive/authentication-box';
import { buildPackageHead } from '../../../archive/package-head';
import { keyIdOf, publicKeyOfSeed } from '../../../archive/signature';
import { secretsContext } from '../../../store/catalog/asset-secrets';
import { openSecret } from '../../../store/secrets/secret-box';
import { encryptionKey } from '../catalog/catalog-world';
import { credential } from '../../unit/archive/make-package';
import {
  asset,
  createPackageWorld,
  packDocuments,
  toLines,
  type PackageWorld,
} from './package-world';

let world: PackageWorld;
let tenant: number;
let targets = 0;

beforeAll(async () => {
  world = await createPackageWorld();
});
afterAll(() => world.drop());
beforeEach(async () => {
  tenant = await world.addTarget(`target${String(++targets)}`);
});

const documents = [asset('project', 'orders'), asset('shell', 'a'), asset('shell', 'b')];
const findRow = (indexId: number, code: string) =>
  world
    .database('package_objects')
    .where({ index_id: indexId, code })
    .first<Record<string, unknown>>();

describe('where a package is', () => {
  it('REL-28 only a name that ends in .dp is taken', async () => {
    const file = await packDocuments(documents);
    const run = await world.begin(tenant, file, { fileName: 'package.zip' });
    expect((await world.check(run)).errors).toEqual(['PackageNameWrong']);
  });

  it('REL-28 a package may lie below the storage location of the tenant, and nowhere else', async () => {
    const file = await packDocuments(documents);
    const stored = { fileName: 'a.dp', objectKey: 'packages/dev/a.dp' };
    expect((await world.check(await world.begin(tenant, file, stored))).errors).toEqual([]);
    const outside = { fileName: 'a.dp', objectKey: 'packages-of-others/a.dp' };
    const checked = await world.check(await world.begin(tenant, file, outside));
    expect(checked.errors).toEqual(['PackageOutsideStorage']);
  });

  it('REL-28 a package that is not there is told', async () => {
    const run = await world.begin(tenant, Buffer.alloc(0), { isAbsent: true });
    expect((await world.check(run)).errors).toEqual(['PackageMissing']);
  });

  it('REL-28 what a client puts there later is not looked at any more', async () => {
    const run = await world.begin(tenant, await packDocuments(documents));
    const first = await world.bulk.receivePackage(run);
    await world.objectStore.remove(`incoming/${run.importId}/package.dp`);
    expect(await world.bulk.receivePackage(run)).toEqual(first);
    expect((await world.check(run)).errors).toEqual([]);
  });
});

describe('a package of a chain', () => {
  /** A package that continues the one with this digest. */
  const next = (baseDigest: string, sequence: number) =>
    packDocuments([asset('shell', `of ${String(sequence)}`)], {
      deletions: [],
      manifest: (manifest) => ({ ...manifest, chain: { baseDigest, sequence } }),
    });
  const digestOf = async (importId: string): Promise<string> => {
    const row = await world
      .database('imports')
      .where({ id: importId })
      .first<{ package_digest: Buffer }>('package_digest');
    return row.package_digest.toString('hex');
  };
  /** Imports a file; gives its digest. */
  const bring = async (file: Buffer): Promise<string> => {
    const run = await world.begin(tenant, file);
    expect((await world.check(run)).errors).toEqual([]);
    await world.finish(run);
    return digestOf(run.importId);
  };
  const judge = async (file: Buffer) => {
    const { findings } = await world.check(await world.begin(tenant, file));
    return findings.filter((finding) => finding.severity === 'error');
  };

  it('REL-16 fits on its base alone, and says what would fit', async () => {
    const root = await bring(await packDocuments(documents));
    const first = await next(root, 1);
    const firstDigest = await bring(first);
    const second = await next(firstDigest, 2);
    const [missing] = await judge(await next('00'.repeat(32), 7));
    expect(missing).toMatchObject({ code: 'ChainBaseMissing', overridable: false });
    expect(missing?.reason).toContain(`sequence 2 on base ${firstDigest}`);
    const [replayed] = await judge(first);
    expect(replayed).toMatchObject({ code: 'PackageReplayed', overridable: true });
    expect(replayed?.reason).toContain(`sequence 2 on base ${firstDigest}`);
    await bring(second);
    const sibling = await packDocuments([asset('shell', 'sibling')], {
      deletions: [],
      manifest: (manifest) => ({ ...manifest, chain: { baseDigest: root, sequence: 1 } }),
    });
    expect(await judge(sibling)).toMatchObject([{ code: 'PackageOlder', overridable: true }]);
  });

  it('REL-16 has a base that was not undone', async () => {
    const root = await bring(await packDocuments(documents));
    await world
      .database('imports')
      .where({ tenant_id: tenant })
      .update({ undone_by: world.database.ref('id') });
    expect(await judge(await next(root, 1))).toMatchObject([{ code: 'ChainBaseMissing' }]);
  });

  it('REL-29 a package without a chain must not go back where the tenant demands a sequence', async () => {
    const made = (createdAt: string) =>
      packDocuments(documents, { manifest: (manifest) => ({ ...manifest, createdAt }) });
    const [old, current] = [
      await made('2026-11-01T00:00:00.000Z'),
      await made('2026-11-02T00:00:00.000Z'),
    ];
    await bring(current);
    expect(await judge(old)).toEqual([]);
    await world
      .database('release_settings')
      .where({ tenant_id: tenant })
      .update({ demand_sequence: true });
    expect(await judge(old)).toMatchObject([{ code: 'PackageOlder', overridable: true }]);
    expect(await judge(current)).toMatchObject([{ code: 'PackageReplayed', overridable: true }]);
  });
});

describe('deletions of a package', () => {
  const deletion = (code: string) => ({
    ...{ changedAt: '2026-07-01T00:00:00Z', changedBy: null, code, deleted: true },
    ...{ project: 'orders', type: 'shell' },
  });

  it('REL-16 are rows without content', async () => {
    const file = await packDocuments([asset('shell', 'a')], { deletions: [deletion('z')] });
    const checked = await world.check(await world.begin(tenant, file));
    expect(checked.errors).toEqual([]);
    expect(await findRow(checked.indexId, 'z')).toMatchObject({
      type: 'shell',
      digest: null,
      name: null,
    });
  });

  it('REL-16 cannot be of what the package holds', async () => {
    const file = await packDocuments([asset('shell', 'a')], { deletions: [deletion('a')] });
    const checked = await world.check(await world.begin(tenant, file));
    expect(checked.errors).toEqual(['DeletedAndPresent']);
  });
});

describe('authentication information in a package', () => {
  const salt = Buffer.from(Array.from({ length: 32 }, (_, index) => index));
  const identity = { type: 'data_source', project: null, code: 'db' };
  const kept = async (password: string): Promise<object> => {
    const keys = await deriveAuthenticationKeys(password, salt);
    const secrets = { authentication: { user: 'u', password: 'hunter2' } };
    const definition = { connection: {}, ...encryptSecrets(secrets, { keys, identity }) };
    return asset('data_source', 'db', { definition });
  };
  const pack = (document: object) =>
    packDocuments([document], {
      manifest: (manifest) => ({
        ...manifest,
        settings: {
          ...manifest.settings,
          authenticationInformation: { computeSources: 'keep', dataSources: 'keep' },
        },
      }),
    });

  it('REL-26 is sealed for this tenant and leaves no trace in plain', async () => {
    const run = await world.begin(tenant, await pack(await kept(credential)));
    expect((await world.check(run)).errors).toEqual([]);
    await world.finish(run);
    const row = await world
      .database('assets')
      .join('contents', 'contents.id', 'assets.content_id')
      .where({ tenant_id: tenant, code: 'db' })
      .first<{ sealed_secrets: Buffer; body: string }>('sealed_secrets', 'body');
    const context = secretsContext(tenant, { ...identity, project: '' });
    expect(JSON.parse(openSecret(encryptionKey, row.sealed_secrets, context))).toEqual({
      authentication: { user: 'u', password: 'hunter2' },
    });
    expect(JSON.parse(row.body)).toMatchObject({ definition: { authentication: null } });
  });

  it('REL-26 that was encrypted otherwise is refused', async () => {
    const file = await pack(await kept('another credential'));
    const checked = await world.check(await world.begin(tenant, file));
    expect(checked.errors).toEqual(['AuthenticationUndecryptable']);
  });

  it('REL-26 in plain is refused, and the finding does not show it', async () => {
    const definition = { authentication: { password: 'hunter2' } };
    const file = await pack(asset('data_source', 'db', { definition }));
    const checked = await world.check(await world.begin(tenant, file));
    expect(checked.errors).toContain('AuthenticationPlain');
    expect(JSON.stringify(checked.findings)).not.toContain('hunter2');
  });
});

describe('a mapping', () => {
  const map = async (rules: readonly object[]): Promise<void> => {
    await world.database('mappings').insert({
      ...{ tenant_id: tenant, source: 'dev', version: 1, rules: JSON.stringify(rules) },
      ...{ rule_count: rules.length, digest: Buffer.alloc(32, targets), created_by: 'rosa' },
    });
  };
  const reference = { role: 'reads', type: 'data_source', project: null, code: 'db' };

  it('RUN-25 changes objects and references on their way in, and what they need', async () => {
    await map([
      { kind: 'project', from: 'orders', to: 'sales' },
      { kind: 'data_source', from: { code: 'db' }, to: { code: 'warehouse' } },
    ]);
    const file = await packDocuments(
      [
        asset('project', 'orders'),
        asset('shell', 'a', { references: [reference] }),
        asset('data_source', 'db', { definition: { authentication: null } }),
        asset('shell', 'b', {
          references: [{ ...reference, role: 'in', type: 'project', code: 'orders' }],
        }),
      ],
      {
        files: {
          'requirements.ndjson': toLines([
            {
              ...{ type: 'function', project: 'orders', code: 'f', roles: ['calls'] },
              ...{ referenceCount: 1, example: { type: 'shell', project: 'orders', code: 'a' } },
            },
          ]),
        },
      },
    );
    const run = await world.begin(tenant, file);
    const checked = await world.check(run);
    expect(checked.errors).toEqual([]);
    expect(await findRow(checked.indexId, 'a')).toMatchObject({ project: 'sales', reread: true });
    expect(await findRow(checked.indexId, 'sales')).toMatchObject({ type: 'project' });
    const needs = await world
      .database('package_requirements')
      .where({ index_id: checked.indexId })
      .orderBy('code')
      .select('type', 'project', 'code', 'roles');
    expect(needs).toEqual([
      { type: 'function', project: 'sales', code: 'f', roles: ['calls'] },
      { type: 'data_source', project: '', code: 'warehouse', roles: ['reads'] },
    ]);
    await world.finish(run);
    const references = await world
      .database('content_references')
      .join('assets', 'assets.content_id', 'content_references.content_id')
      .where({ tenant_id: tenant })
      .pluck<string[]>('target_code');
    expect(references.sort()).toEqual(['sales', 'warehouse']);
    expect((await world.check(await world.begin(tenant, file))).complete).toBe(true);
  });

  it('RUN-25 that gives two objects one name is refused', async () => {
    await map([{ kind: 'project', from: 'orders', to: 'sales' }]);
    const file = await packDocuments([
      asset('shell', 'a'),
      asset('shell', 'a', { project: 'sales' }),
    ]);
    const checked = await world.check(await world.begin(tenant, file));
    expect(checked.errors).toEqual(['MappingMeets']);
  });

  it('RUN-25 of a version that is not there is refused', async () => {
    const run = await world.begin(tenant, await packDocuments(documents), {
      options: { mappingVersion: 3 },
    });
    expect((await world.check(run)).errors).toEqual(['MappingMissing']);
  });
});

describe('what objects are looked at for', () => {
  it('REL-43 a compute task of a kind that the engines lack is a finding that may be overridden', async () => {
    const task = asset('compute_task', 't', { definition: { kind: 'spark_sql' } });
    const run = await world.begin(tenant, await packDocuments([task]));
    const checked = await world.check(run);
    expect(checked.findings).toMatchObject([
      { code: 'ComputeTaskKindUnsupported', severity: 'error', overridable: true },
    ]);
    // It may be overridden: what it holds stays.
    expect(await findRow(checked.indexId, 't')).toBeDefined();
    const again = await world.check(await world.begin(tenant, await packDocuments([task])));
    expect([again.complete, again.errors]).toEqual([true, checked.errors]);
  });

  it('REL-26 a secret in free text is told where the tenant has detection features', async () => {
    const feature = asset('detection_feature', 'token', {
      definition: { id: 'token', regex: 'tok_[a-z0-9]{20}', keywords: ['tok_'] },
    });
    await world.load(await tenantCode(), [JSON.stringify(feature)]);
    const secret = `tok_${'a1b2c3d4e5'.repeat(2)}`;
    const file = await packDocuments([asset('shell', 'a', { definition: { sql: `x ${secret}` } })]);
    const checked = await world.check(await world.begin(tenant, file));
    expect(checked.findings).toMatchObject([{ code: 'SecretSuspected', severity: 'warning' }]);
    expect(JSON.stringify(checked.findings)).not.toContain(secret);
  });

  const tenantCode = () =>
    world
      .database('tenants')
      .where({ id: tenant })
      .first<{ code: string }>('code')
      .then((row) => row.code);
});

describe('a signature', () => {
  it('REL-29 of a trusted key passes where it is demanded, of a revoked one never', async () => {
    const seed = Buffer.alloc(32, 5);
    const publicKey = publicKeyOfSeed(seed);
    const keyId = keyIdOf(publicKey);
    const salt = Buffer.alloc(32, 1);
    const file = await packDocuments(documents, {
      head: async (head) => {
        const manifest = JSON.parse(head[0]?.content.toString('utf8') ?? '') as never;
        const signingKey = { keyId, seed };
        return [...(await buildPackageHead(manifest, { credential, salt, signingKey }))];
      },
    });
    await world
      .database('release_settings')
      .where({ tenant_id: tenant })
      .update({ demand_signature: true });
    expect((await world.check(await world.begin(tenant, file))).errors).toEqual([
      'SignatureKeyUnknown',
    ]);
    await world.database('signing_keys').insert({
      ...{ tenant_id: tenant, key_id: keyId, kind: 'trusted', label: 'dev' },
      ...{ public_key: publicKey, created_by: 'rosa' },
    });
    expect((await world.check(await world.begin(tenant, file))).errors).toEqual([]);
    await world
      .database('release_settings')
      .where({ tenant_id: tenant })
      .update({ demand_signature: false });
    await world
      .database('signing_keys')
      .update({ revoked_at: new Date(), revoked_by: 'rosa', revoke_reason: 'lost' });
    expect((await world.check(await world.begin(tenant, file))).errors).toEqual([
      'SignatureKeyRevoked',
    ]);
  });
});
