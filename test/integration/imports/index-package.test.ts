import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { sha256Hex } from '../../../archive/canonical-json';
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

const documents = [
  asset('project', 'orders'),
  asset('shell', 'load', {
    references: [{ role: 'calls', type: 'function', project: 'orders', code: 'f' }],
  }),
  asset('shell', '装载', { name: '', owner: null, labels: { team: '订单' } }),
  asset('shell', 'ratio', { definition: { factor: 0.5 } }),
  asset('data_source', 'db', { definition: { authentication: null, connection: { host: 'h' } } }),
];

interface Row {
  readonly type: string;
  readonly project: string;
  readonly code: string;
  readonly digest: Buffer | null;
  readonly keeps_secrets: boolean;
  readonly changed_at: Date;
}

const rowsOf = (indexId: number): Promise<Row[]> =>
  world
    .database('package_objects')
    .where({ index_id: indexId })
    .orderBy(['type', 'project', 'code'])
    .select<Row[]>('*');

describe('the index of a package', () => {
  it('REL-29 writes down every object with the digest of its line', async () => {
    const checked = await world.check(await world.begin(tenant, await packDocuments(documents)));
    expect(checked.errors).toEqual([]);
    const rows = await rowsOf(checked.indexId);
    const lines = toLines(documents).split('\n').filter(Boolean);
    expect(rows.map((row) => row.digest?.toString('hex')).sort()).toEqual(
      lines.map((line) => sha256Hex(line)).sort(),
    );
    expect(rows.map((row) => `${row.type} ${row.project} ${row.code}`)).toEqual([
      'data_source  db',
      'project  orders',
      'shell orders load',
      'shell orders ratio',
      'shell orders 装载',
    ]);
    expect(rows[0]?.keeps_secrets).toBe(true);
    expect(rows[2]?.changed_at.toISOString()).toBe('2026-06-01T00:00:00.000Z');
  });

  it('REL-33 stages what the target lacks so that the target equals the package', async () => {
    const run = await world.begin(tenant, await packDocuments(documents));
    await world.check(run);
    await world.finish(run);
    const bodies = await world
      .database('assets')
      .join('contents', 'contents.id', 'assets.content_id')
      .where({ tenant_id: tenant })
      .pluck<string[]>('body');
    expect(bodies.sort()).toEqual(toLines(documents).split('\n').filter(Boolean).sort());
    const references = await world
      .database('content_references')
      .join('assets', 'assets.content_id', 'content_references.content_id')
      .where({ tenant_id: tenant })
      .select('ordinal', 'role', 'target_type', 'target_project', 'target_code');
    expect(references).toEqual([
      {
        ...{ ordinal: 1, role: 'calls', target_type: 'function' },
        ...{ target_project: 'orders', target_code: 'f' },
      },
    ]);
  });

  it('REL-34 is not made again for the same file', async () => {
    const file = await packDocuments(documents);
    const first = await world.check(await world.begin(tenant, file));
    const second = await world.check(await world.begin(tenant, file));
    expect(second).toMatchObject({ complete: true, indexId: first.indexId, errors: [] });
  });

  it('REL-34 is not made again though the package brought the features that packages are searched with', async () => {
    const feature = asset('detection_feature', 'token', {
      definition: { id: 'token', regex: 'tok_[a-z0-9]{20}', keywords: ['tok_'] },
    });
    const file = await packDocuments([feature, asset('shell', 'a')]);
    const first = await world.begin(tenant, file);
    await world.check(first);
    await world.finish(first);
    const second = await world.check(await world.begin(tenant, file));
    expect(second).toMatchObject({ complete: true, errors: [] });
    const changed = asset('shell', 'a', { definition: { sql: 'select 2' } });
    await world.load(`target${String(targets)}`, [JSON.stringify(changed)]);
    const third = await world.check(await world.begin(tenant, file));
    expect(third).toMatchObject({ complete: false, errors: [] });
  });

  it('RUN-24 tells how many errors of a code there are beside those that are shown', async () => {
    const tasks = Array.from({ length: 120 }, (_, index) =>
      asset('compute_task', `t${String(index)}`, { definition: { kind: 'spark_sql' } }),
    );
    const file = await packDocuments([...tasks, asset('shell', 'a')]);
    const { findings } = await world.check(await world.begin(tenant, file));
    const told = findings.filter((finding) => finding.code === 'ComputeTaskKindUnsupported');
    expect(told.length).toBe(findings.length);
    expect(told.filter((finding) => finding.object !== undefined)).toHaveLength(90);
    expect(told.filter((finding) => finding.object === undefined)).toMatchObject([
      { severity: 'error', overridable: true, reason: '30 more of these' },
    ]);
  });
});
