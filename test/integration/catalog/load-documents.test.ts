import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { secretsContext } from '../../../store/catalog/asset-secrets';
import { readCatalogStats } from '../../../store/catalog/catalog-stats';
import { listAssets } from '../../../store/catalog/list-assets';
import { listVersions } from '../../../store/catalog/list-versions';
import { loadDocuments } from '../../../store/catalog/load-documents';
import { showAsset } from '../../../store/catalog/show-asset';
import { openSecret } from '../../../store/secrets/secret-box';
import { failureOf } from '../../support/failure-of';
import {
  createCatalogWorld,
  deletion,
  encryptionKey,
  line,
  type CatalogWorld,
} from './catalog-world';

let world: CatalogWorld;
let tenantId: number;

beforeEach(async () => {
  world = await createCatalogWorld();
  tenantId = await world.addTenant('retail');
});

afterEach(() => world.drop());

const ref = { tenant: 'retail', type: 'database_sql', project: 'orders', code: 'a' } as const;

describe('loading documents', () => {
  it('RUN-17 stores a content once, whoever loads it', async () => {
    await world.addTenant('wholesale');
    await world.load('retail', [line('a'), line('b')]);
    const again = await world.load('wholesale', [line('a'), line('b')]);
    expect(again).toMatchObject({ created: 2, contents: 0 });
    expect(await world.count('contents')).toBe(2);
  });

  it('RUN-17 keeps a version for each change and each deletion', async () => {
    await world.load('retail', [line('a')]);
    await world.load('retail', [line('a', { definition: { sql: 'select 2' } })]);
    await world.load('retail', [deletion('a')]);
    const back = await world.load('retail', [line('a')]);
    expect(back).toMatchObject({ created: 1, changed: 0, contents: 0 });
    const versions = await listVersions(world.database, tenantId, ref);
    expect(versions.map((one) => [one.version, one.digest === null])).toEqual([
      [4, false],
      [3, true],
      [2, false],
      [1, false],
    ]);
    expect(versions[0]?.digest).toBe(versions[3]?.digest);
    const second = await showAsset(world.database, tenantId, { ...ref, version: 2 });
    expect(second.document.definition).toEqual({ sql: 'select 2' });
  });

  it('RUN-18 writes nothing for what is there already, whatever the order of members and blanks', async () => {
    await world.load('retail', [line('a'), deletion('gone')]);
    const spaced = JSON.stringify(JSON.parse(line('a')), null, 1).replaceAll('\n', ' ');
    const reversed = JSON.stringify(
      Object.fromEntries(Object.entries(JSON.parse(line('a')) as object).reverse()),
    );
    for (const same of [spaced, reversed, `\uFEFF${line('a')}\r`]) {
      expect(await world.load('retail', [same])).toMatchObject({
        unchanged: 1,
        changed: 0,
        contents: 0,
      });
    }
    expect(await world.count('asset_versions')).toBe(1);
  });

  it('RUN-18 counts a deletion of what is not there and changes nothing', async () => {
    const result = await world.load('retail', [deletion('never')]);
    expect(result).toMatchObject({ lines: 1, deleted: 0, ignoredDeletions: 1 });
    expect(await world.count('assets')).toBe(0);
  });

  it('RUN-18 applies nothing for one bad line in 10,000 and names it', async () => {
    const lines = Array.from({ length: 10_000 }, (_, index) => line(`code ${index}`));
    lines[6_666] = line('bad', { type: 'no_such_type' });
    const error = await failureOf(world.load('retail', lines));
    expect(error.code).toBe('CatalogLinesInvalid');
    expect(error.findings).toHaveLength(1);
    expect(error.findings[0]).toMatchObject({ code: 'AssetTypeUnknown', object: { code: 'bad' } });
    expect(error.findings[0]?.reason).toContain('line 6667:');
    for (const table of ['assets', 'asset_versions', 'contents', 'content_references']) {
      expect(await world.count(table)).toBe(0);
    }
  });

  it('RUN-18 reports every fault of every line at once, duplicates included', async () => {
    const error = await failureOf(
      world.load('retail', [
        line('a', { changedAt: 'today', labels: [] }),
        line('b'),
        '{',
        line('b'),
      ]),
    );
    expect(error.findings.map((one) => [one.code, /^line \d+/.exec(one.reason)?.[0]])).toEqual([
      ['DocumentInvalid', 'line 1'],
      ['DocumentInvalid', 'line 1'],
      ['LineNotJson', 'line 3'],
      ['AssetTwice', 'line 4'],
    ]);
    expect(error.details).toMatchObject({ badLines: 3, faults: 4 });
  });

  it('RUN-18 loads the good lines with skipBad and keeps the first of two', async () => {
    const second = line('b', { definition: { sql: 'select 2' } });
    const lines = [line('a'), 'nonsense', line('b'), second];
    const result = await world.load('retail', lines, { skipBad: true });
    expect(result).toMatchObject({ lines: 4, created: 2, skipped: 2 });
    const { document } = await showAsset(world.database, tenantId, { ...ref, code: 'b' });
    expect(document.definition).toEqual({ sql: 'select 1' });
  });

  it('RUN-18 refuses a change and a deletion of one asset in one file', async () => {
    const error = await failureOf(world.load('retail', [line('a'), deletion('a')]));
    expect(error.findings.map((one) => one.code)).toEqual(['AssetTwice']);
  });

  it('RUN-18 keeps Chinese names, four-byte characters and hostile texts as they are', async () => {
    const hostile = '\'; drop table assets; -- \\ \\N \\. " \t \u0001 \u2028 𠮷 \u007f';
    const codes = ['订单宽表', 'o\'rd"er\\s', '𠮷野家', '%_'];
    const given = codes.map((code) =>
      line(code, { name: `名称 ${code}`, definition: { sql: hostile } }),
    );
    await world.load('retail', given);
    for (const code of codes) {
      const shown = await showAsset(world.database, tenantId, { ...ref, code });
      expect(shown.document).toMatchObject({
        code,
        name: `名称 ${code}`,
        definition: { sql: hostile },
      });
    }
    const query = { tenant: 'retail', deleted: false, limit: 10 };
    const found = await listAssets(world.database, tenantId, { ...query, search: '%_' });
    expect(found.assets.map((one) => one.code)).toEqual(['%_']);
    const pages = [];
    let cursor: string | undefined;
    do {
      const page = await listAssets(world.database, tenantId, {
        ...query,
        limit: 1,
        ...(cursor && { cursor }),
      });
      pages.push(...page.assets.map((one) => one.code));
      cursor = page.next ?? undefined;
    } while (cursor !== undefined);
    const byBytes = [...codes].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    expect(pages).toEqual(byBytes);
  });

  it('RUN-17 keeps references with their order, also such as name no type and no project', async () => {
    const references = [
      { role: 'reads', type: null, project: 'orders', code: 'b', note: 'as written' },
      { role: 'about', type: 'data_source', project: null, code: 'erp' },
      { role: 'reads', type: null, project: '', code: 'nowhere' },
    ];
    const result = await world.load('retail', [line('a', { references }), line('b')]);
    expect(result.references).toBe(3);
    const stats = await readCatalogStats(world.database, tenantId);
    expect(stats).toMatchObject({ assets: 2, references: 3, danglingReferences: 2 });
    const shown = await showAsset(world.database, tenantId, ref);
    expect(shown.document.references).toEqual(references);
  });

  it('RUN-17 serialises two loads into one tenant', async () => {
    const lines = Array.from({ length: 500 }, (_, index) => line(`code ${index}`));
    const changed = lines.map((text) => text.replace('select 1', 'select 2'));
    const results = await Promise.all([
      world.load('retail', lines),
      world.load('retail', changed),
      world.load('retail', [...lines].reverse()),
    ]);
    expect(results.reduce((sum, one) => sum + one.created, 0)).toBe(500);
    const written = results.reduce((sum, one) => sum + one.created + one.changed, 0);
    expect(await world.count('asset_versions')).toBe(written);
  });

  it('RUN-17 lets loads of the same contents into many tenants go on side by side', async () => {
    const codes = ['t1', 't2', 't3', 't4'];
    for (const code of codes) await world.addTenant(code);
    const lines = Array.from({ length: 500 }, (_, index) => line(`code ${index}`));
    const results = await Promise.all(
      codes.map((code, index) => world.load(code, index % 2 === 0 ? lines : [...lines].reverse())),
    );
    expect(results.map((one) => one.created)).toEqual([500, 500, 500, 500]);
    expect(await world.count('contents')).toBe(500);
  });

  it('RUN-21 refuses who has no right to load, and RUN-23 audits it', async () => {
    const member = await world.addPerson('member', tenantId, 'project-member');
    const chunks = (async function* () {
      yield await Promise.resolve(Buffer.from(line('a')));
    })();
    const load = loadDocuments(world.database, member, { tenant: 'retail', chunks, encryptionKey });
    expect((await failureOf(load)).code).toBe('PermissionDenied');
    expect(await world.count('assets')).toBe(0);
    const entry = await world
      .database('audit_log')
      .where({ action: 'catalog.load' })
      .first<object>();
    expect(entry).toMatchObject({ actor: 'member', outcome: 'refused', object: 'catalog/retail' });
  });

  it('REL-42 refuses loads in maintenance and lets them be while publishing', async () => {
    await world.database('tenants').update({ mode: 'cross-tenant-publishing' });
    expect(await world.load('retail', [line('a')])).toMatchObject({ created: 1 });
    await world.database('tenants').update({ mode: 'maintenance' });
    expect((await failureOf(world.load('retail', [line('b')]))).code).toBe('ModeWrong');
    expect(await world.count('assets')).toBe(1);
  });
});

describe('secrets of documents', () => {
  const source = { type: 'data_source', project: null, definition: { kind: 'x' } };
  const withSecret = (secret: unknown) =>
    line('erp', { ...source, definition: { kind: 'x', authentication: secret } });
  const stored = () =>
    world.database('assets').where({ code: 'erp' }).first<{
      sealed_secrets: Buffer | null;
      version: number;
    }>();

  it('RUN-20 keeps them sealed beside the document, which says null', async () => {
    await world.load('retail', [withSecret({ password: 'pw-erp' })]);
    const key = { type: 'data_source', project: '', code: 'erp' };
    const sealed = (await stored()).sealed_secrets ?? Buffer.alloc(0);
    const opened = openSecret(encryptionKey, sealed, secretsContext(tenantId, key));
    expect(JSON.parse(opened)).toEqual({ authentication: { password: 'pw-erp' } });
    const asset = { tenant: 'retail', type: 'data_source', project: null, code: 'erp' } as const;
    const shown = await showAsset(world.database, tenantId, asset);
    expect(shown).toMatchObject({
      hasSecrets: true,
      document: { definition: { authentication: null } },
    });
  });

  it('RUN-20 counts a secret that changed alone as a change, and the same one not', async () => {
    await world.load('retail', [withSecret('one')]);
    expect(await world.load('retail', [withSecret('one')])).toMatchObject({ unchanged: 1 });
    const changed = await world.load('retail', [withSecret('two')]);
    expect(changed).toMatchObject({ changed: 1, contents: 0 });
    expect((await stored()).version).toBe(2);
  });

  it('RUN-20 keeps the stored secret where the document says null and drops it where it says nothing', async () => {
    await world.load('retail', [withSecret('one')]);
    expect(await world.load('retail', [withSecret(null)])).toMatchObject({ unchanged: 1 });
    expect((await stored()).sealed_secrets).not.toBeNull();
    await world.load('retail', [line('erp', source)]);
    expect((await stored()).sealed_secrets).toBeNull();
  });

  it('RUN-20 never repeats a value in a fault', async () => {
    const broken = withSecret('S3CR3T-x').replace('"kind"', 'kind');
    const wrong = line('b', { ...source, authentication: 'S3CR3T-y', name: 7 });
    const error = await failureOf(world.load('retail', [broken, wrong]));
    expect(error.findings.length).toBeGreaterThan(1);
    expect(JSON.stringify([error.findings, error.message])).not.toContain('S3CR3T');
  });
});
