import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { canonicalize } from '../../../archive/canonical-json';
import { PackageRequirement } from '../../../schemas/releases/manifest';
import { freezeScope } from '../../../store/releases/freeze-scope';
import { listShards } from '../../../store/releases/frozen-scopes';
import { streamShard } from '../../../store/releases/stream-shard';
import { streamStatements } from '../../../store/releases/stream-statements';
import { failureOf } from '../../support/failure-of';
import { deletion } from '../catalog/catalog-world';
import { asset, createReleasesWorld, reference, type ReleasesWorld } from './releases-world';

const tables = ['Orders', 'orders', '订单'].map((code) =>
  asset('logical_fact_table', code, {
    project: 'p1',
    definition: { columns: [{ name: 'id', type: 'INTEGER' }] },
  }),
);

const lines = [
  asset('project', 'p1'),
  ...tables,
  asset('data_source', 'erp', {
    definition: {
      connection: { host: 'erp.example.org' },
      authentication: { password: 'pw-secret-erp' },
    },
  }),
  asset('quality_rule', 'rule', {
    project: 'p1',
    owner: 'team-data',
    definition: { owners: ['li', 'team:bi'] },
    references: [
      reference('checks', null, { project: 'p1', code: 'orders' }),
      reference('checks', null, { project: 'p1', code: 'missing "x"\\é' }),
      reference('reads', null, { project: 'p1', code: 'missing "x"\\é' }),
      reference('uses', 'rule_template', { code: 'gone' }),
    ],
  }),
];

describe('freezing a scope', () => {
  let world: ReleasesWorld;
  const full = { scope: { method: 'full' } } as const;

  beforeAll(async () => {
    world = await createReleasesWorld();
    await world.load('retail', lines);
  });

  afterAll(() => world.drop());

  it('REL-18 gives the same frozen scope again, also when two freeze at once', async () => {
    const runId = await world.addRun(await world.draft('retail', full));
    const freeze = () => freezeScope(world.database, { runId });
    const [one, other] = await Promise.all([freeze(), freeze()]);
    expect(other).toEqual(one);
    expect(await freeze()).toEqual(one);
    expect(one).toMatchObject({
      objectCount: 6,
      requirementCount: 2,
      releaseId: expect.any(String),
    });
    expect(one.packageId).toMatch(/^pkg_/);
  });

  it('REL-18 keeps the bytes whatever changes in the catalog afterwards', async () => {
    const runId = await world.freeze('retail', full);
    const before = await world.read(runId);
    await world.load('retail', [
      asset('project', 'p1', { name: 'renamed', changedAt: '2026-09-01T00:00:00Z' }),
      asset('rule_template', 'gone'),
      deletion('订单', { type: 'logical_fact_table', project: 'p1' }),
    ]);
    expect(await world.read(runId)).toEqual(before);
    await world.load('retail', [
      ...lines,
      deletion('gone', { type: 'rule_template', project: null }),
    ]);
  });

  it('REL-21 freezes the same scope to the same digests in two runs, with another package id', async () => {
    const runs = [await world.freeze('retail', full), await world.freeze('retail', full)];
    const [one, other] = await Promise.all(
      runs.map((runId) => freezeScope(world.database, { runId })),
    );
    expect(one?.digest).toBe(other?.digest);
    expect(one?.packageId).not.toBe(other?.packageId);
    expect(await world.shards(runs[0] ?? '')).toEqual(await world.shards(runs[1] ?? ''));
    const cleared = await world.freeze('retail', {
      ...full,
      exportSettings: { connectionInformation: { dataSources: 'clear' } },
    });
    expect((await freezeScope(world.database, { runId: cleared })).digest).not.toBe(one?.digest);
  });

  it('REL-25 streams canonical lines sorted by the bytes of their identity, shards by path', async () => {
    const runId = await world.freeze('retail', full);
    const texts = await world.read(runId);
    const paths = [...texts.keys()];
    expect(paths).toEqual([...paths].sort());
    expect((await world.shards(runId)).map((shard) => shard.number)).toEqual(
      paths.map((_, index) => index + 1),
    );
    const facts = texts.get('objects/development/logical_fact_table/0001.ndjson') ?? '';
    const documents = facts.trimEnd().split('\n');
    expect(documents.map((text) => (JSON.parse(text) as { code: string }).code)).toEqual([
      ...['Orders', 'orders', '订单'],
    ]);
    for (const text of documents) expect(text).toBe(canonicalize(JSON.parse(text)));
    const digests = documents.map((text) => createHash('sha256').update(text).digest());
    const shard = (await world.shards(runId)).find((one) => one.type === 'logical_fact_table');
    expect(shard?.digest).toBe(createHash('sha256').update(Buffer.concat(digests)).digest('hex'));
    expect(shard?.byteCount).toBe(Buffer.byteLength(facts));
  });

  it('REL-44 writes down what the package lacks as canonical lines', async () => {
    const texts = await world.read(await world.freeze('retail', full));
    const required = (texts.get('requirements.ndjson') ?? '').trimEnd().split('\n');
    const example = { type: 'quality_rule', project: 'p1', code: 'rule' };
    expect(required.map((text) => PackageRequirement.parse(JSON.parse(text)))).toEqual([
      {
        ...{ type: null, project: 'p1', code: 'missing "x"\\é' },
        ...{ roles: ['checks', 'reads'], referenceCount: 2, example },
      },
      {
        type: 'rule_template',
        project: null,
        code: 'gone',
        roles: ['uses'],
        referenceCount: 1,
        example,
      },
    ]);
    for (const text of required) expect(text).toBe(canonicalize(JSON.parse(text)));
  });

  it('REL-6 REL-14 clears connections and team accounts, and never has a secret', async () => {
    const runId = await world.freeze('retail', {
      ...full,
      exportSettings: { connectionInformation: { dataSources: 'clear' } },
    });
    const all = [...(await world.read(runId)).values()].join('');
    expect(all).not.toContain('pw-secret');
    expect(all).not.toContain('erp.example.org');
    expect(all).not.toMatch(/"team[-:]/);
    expect(all).toContain('"owners":["li"]');
    const { details } = await freezeScope(world.database, { runId });
    expect(details.cleared).toEqual([{ type: 'data_source', count: 2 }]);
    expect(details.findings.map((finding) => finding.code)).toEqual(['TeamAccountsDropped']);
  });

  it('REL-6 makes a statement a table, under paths that differ in more than case', async () => {
    const runId = await world.freeze('retail', {
      ...full,
      exportSettings: { createTableStatements: true },
    });
    const [shard] = await listShards(world.database, runId);
    expect(shard).toMatchObject({ number: 1, kind: 'statements', objectCount: 3 });
    const files = [];
    for await (const file of streamStatements(world.database, { runId, number: 1 }))
      files.push(file);
    expect(files.map((file) => file.path)).toEqual([
      ...['ddl/p1/Orders.sql', 'ddl/p1/orders-2.sql', 'ddl/p1/订单.sql'],
    ]);
    expect(files[2]?.text).toBe('CREATE TABLE "p1"."订单" (\n  "id" BIGINT\n);\n');
  });

  it('RUN-19 refuses more statements than a package can hold before anything is packed', async () => {
    await world.addReleaseTenant('crm');
    await world.load('crm', tables.slice(0, 1));
    await world.database.raw(
      `insert into assets (tenant_id, type, project, code, name, changed_at, content_id, digest, byte_count, version)
       select tenant_id, type, project, code || n, name, changed_at, content_id, digest, byte_count, version
       from assets, generate_series(1, 240000) n
       where tenant_id = (select id from tenants where code = 'crm')`,
    );
    const statements = { ...full, exportSettings: { createTableStatements: true } };
    const failure = await failureOf(world.freeze('crm', statements));

    expect(failure).toMatchObject({
      code: 'TooManyStatements',
      details: { tables: 240_001, allowed: 240_000 },
    });
    const without = await world.freeze('crm', full);
    expect((await freezeScope(world.database, { runId: without })).objectCount).toBe(240_001);
  });

  it('REL-20 ends the query when the reader stops or the signal comes', async () => {
    const body = 'x'.repeat(200_000);
    const big = Array.from({ length: 40 }, (_, index) =>
      asset('shell', `big ${String(index)}`, { project: 'p1', definition: { body } }),
    );
    await world.load('retail', big);
    const runId = await world.freeze('retail', full);
    const { number } = (await world.shards(runId)).find((one) => one.type === 'shell') ?? {
      number: 0,
    };
    for await (const block of streamShard(world.database, { runId, number })) {
      expect(block.length).toBeGreaterThan(0);
      break;
    }
    const stop = new AbortController();
    let blocks = 0;
    const reading = (async () => {
      const { signal } = stop;
      for await (const block of streamShard(world.database, { runId, number, signal })) {
        blocks += Math.sign(block.length);
        stop.abort(new Error('stopped'));
      }
    })();
    await expect(reading).rejects.toThrow('stopped');
    expect(blocks).toBe(1);
    const early = { runId, number, signal: AbortSignal.abort(new Error('early')) };
    await expect(streamShard(world.database, early).next()).rejects.toThrow('early');
    expect(await collectorsLeft(world)).toBe(0);
  });
});

/** Connections of collectors that the server still has, after it had some time to notice. */
async function collectorsLeft(world: ReleasesWorld): Promise<number> {
  for (let waited = 0; ; waited += 100) {
    const { rows } = await world.database.raw<{ rows: unknown[] }>(
      `select pid from pg_stat_activity
       where datname = current_database() and application_name = 'gantry collect'`,
    );
    if (rows.length === 0 || waited >= 10_000) return rows.length;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
