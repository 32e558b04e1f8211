import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ImportOptions } from '../../../schemas/imports/import-options';
import { importRunId } from '../../../schemas/ids';
import { planImport } from '../../../store/imports/plan-import';
import { findTenant } from '../../../store/tenants/find-tenant';
import { failureOf } from '../../support/failure-of';
import { createInstallation, type Installation } from '../../support/installation';
import { runCommand } from '../../support/run-command';
import { loadLines, namedAsset } from './load-lines';

const tenant = 'retail';
let installation: Installation;
let tenantId: number;

beforeAll(async () => {
  installation = await createInstallation();
  await installation.admin.tenants.create({ code: tenant });
  tenantId = (await findTenant(installation.database, tenant)).id;
  await loadLines(installation, tenant, [
    namedAsset('project', null, 'Sales'),
    namedAsset('python', 'Sales', 'job'),
    namedAsset('python', 'a', 'often'),
    namedAsset('python', 'b', 'often'),
  ]);
  await installation.admin.mappings.save({
    ...{ tenant, source: 'dev' },
    rules: [{ kind: 'project', from: 'sales_dev', to: 'shop' }],
  });
});
afterAll(() => installation.close());

describe('suggestions for an import', () => {
  it('RUN-25 are about what the plan lacks, projects first, in the names of the source', async () => {
    await plan('imp_1');
    const found = await installation.admin.mappings.suggest({ tenant, import: 'imp_1' });
    expect(found).toMatchObject({ source: 'dev', version: 1, missingCount: 4 });
    expect(found.suggestions.map(({ code, candidates }) => [code, candidates.length])).toEqual([
      ['sales', 1],
      ['often', 2],
      ['job', 1],
      ['nowhere', 0],
    ]);
    expect(found.suggestions.map(({ candidates }) => candidates[0]?.rule)).toMatchObject([
      { kind: 'project', from: 'sales', to: 'Sales' },
      { kind: 'python', from: { project: 'sales_dev' }, to: { project: 'a', code: 'often' } },
      { kind: 'python', from: { project: 'sales_dev' }, to: { project: 'Sales', code: 'job' } },
      undefined,
    ] as object[]);
  });

  it('RUN-25 are shown, and saved where there is one candidate, next to the rules there are', async () => {
    await plan('imp_2');
    const shown = await gantry('suggest', 'imp_2');
    const saved = await gantry('suggest', 'imp_2', '--save');
    expect(shown.stdout).toMatch(/python +shop:often +3 +python +sales_dev:often +a:often\n/);
    expect([shown.status, saved.status]).toEqual([0, 0]);
    const { version, rules } = await installation.admin.mappings.show({ tenant, source: 'dev' });
    expect([version, rules.map((rule) => rule.kind)]).toEqual([
      2,
      ['project', 'project', 'python'],
    ]);
  });

  it('RUN-25 need a plan of an import of this tenant', async () => {
    await installation.admin.tenants.create({ code: 'other' });
    await begin('imp_3');
    const codes = await Promise.all(
      [
        { tenant, import: 'imp_3' },
        { tenant, import: 'imp_0' },
        { tenant: 'other', import: 'imp_1' },
      ].map(async (ref) => (await failureOf(installation.admin.mappings.suggest(ref))).code),
    );
    expect(codes).toEqual(['ImportNotPlanned', 'ImportNotFound', 'ImportNotFound']);
  });
});

function gantry(...args: readonly string[]) {
  const environment = { ...installation.environment, GANTRY_TOKEN: installation.adminToken };
  return runCommand(['mapping', ...args, '--tenant', tenant], environment);
}

/** An import whose package was indexed: an object in the project `sales` and four requirements. */
async function begin(importId: string): Promise<string> {
  const { database } = installation;
  const digest = Buffer.from(importId.padEnd(32));
  const [index] = await database('package_indexes')
    .insert({
      ...{ tenant_id: tenantId, package_digest: digest, manifest_digest: digest, manifest: '{}' },
      completed_at: database.fn.now(),
    })
    .returning<{ id: number }[]>('id');
  const indexId = index?.id ?? 0;
  const content = { digest, body: `{"made for":"${importId}"}`, byte_count: 20 };
  await database('contents').insert(content);
  await database('package_objects').insert({
    ...{ index_id: indexId, shard: 1, line: 1, type: 'shell', project: 'sales', code: 's' },
    ...{ changed_at: database.fn.now(), digest, byte_count: 20 },
  });
  const example = JSON.stringify({ type: 'shell', project: 'sales', code: 's' });
  const required = (code: string, project: string, count: number) => ({
    ...{ index_id: indexId, type: 'python', project, code, roles: ['runs'] },
    ...{ reference_count: count, example },
  });
  await database('package_requirements').insert([
    required('often', 'shop', 3),
    required('job', 'shop', 2),
    required('nowhere', 'shop', 1),
    required('often', 'a', 5),
  ]);
  const runId = importRunId(importId, 1);
  await database('imports').insert({
    ...{ id: importId, tenant_id: tenantId, kind: 'import', until: 'plan', file_name: 'made.dp' },
    ...{ object_key: '', request_key: importId, state: 'running', created_by: 'admin' },
    ...{ options: JSON.stringify(ImportOptions.parse({ mappingVersion: 1 })), index_id: indexId },
    source_tenant: 'dev',
  });
  const person = await database('people').where({ name: 'admin' }).first<{ id: number }>('id');
  await database('runs').insert({
    ...{ id: runId, tenant_id: tenantId, pipeline: 'release.import', subject: importId },
    ...{ request: '{}', requested_by: person.id, status: 'running' },
  });
  return runId;
}

async function plan(importId: string): Promise<void> {
  await planImport(installation.database, { runId: await begin(importId) });
}
