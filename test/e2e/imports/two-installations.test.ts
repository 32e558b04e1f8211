import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createGantryStack, type GantryStack } from '../../support/gantry-stack';
import { runCommand } from '../../support/run-command';
import { tinyLine } from '../../support/tiny-catalog';
import { createTarget, errorsOf, exportTo, source, target, type Target } from './import-world';

const reference = (type: string, project: string | null, code: string) => ({
  ...{ role: 'reads', type, project, code },
});

/** A project, two tasks that refer to one another and to a data source, and one to nothing. */
const catalog = [
  tinyLine({ type: 'project', project: null, code: 'sales_dev' }),
  line('daily', [
    reference('shell', 'sales_dev', 'clean'),
    reference('data_source', null, 'pg_dev'),
  ]),
  line('clean', [reference('shell', 'gone', 'nobody_has_it')]),
];

function line(code: string, references: readonly object[]): string {
  const model = JSON.parse(tinyLine({ type: 'shell', project: 'sales_dev', code })) as object;
  return JSON.stringify({ ...model, references });
}

describe('two installations that share a file and a credential', () => {
  let here: GantryStack;
  let there: GantryStack;
  let tenant: Target;
  let folder: string;
  let file: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'gantry-two-'));
    here = await createGantryStack({ catalog });
    there = await createGantryStack({ catalog: [] });
    tenant = await createTarget(there, { credential: here.credential });
    file = await exportTo(here.person('mara'), { tenant: source, folder });
    // What is left of the other one is the file.
    await here.close();
  }, 300_000);
  afterAll(async () => {
    await there.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('RUN-25 the mapping renames projects and what refers to them, through the whole run', async () => {
    await tenant.ines.mappings.save({
      ...{ tenant: target, source },
      rules: [
        { kind: 'project', from: 'sales_dev', to: 'sales' },
        { kind: 'data_source', from: { code: 'pg_dev' }, to: { code: 'pg' } },
      ],
    });
    const { run, ...ended } = await tenant.imported({ file });

    expect(run.report).toMatchObject({ outcome: 'succeeded', result: { new: 3, written: 3 } });
    const { assets } = await tenant.ines.catalog.list({ tenant: target });
    expect(assets.map(({ type, project, code }) => [type, project, code])).toEqual([
      ['project', null, 'sales'],
      ['shell', 'sales', 'clean'],
      ['shell', 'sales', 'daily'],
    ]);
    const { document } = await tenant.ines.catalog.show({
      ...{ tenant: target, type: 'shell', project: 'sales', code: 'daily' },
    });
    expect(document.references).toEqual([
      reference('shell', 'sales', 'clean'),
      reference('data_source', null, 'pg'),
    ]);
    const shown = await tenant.ines.imports.show({ tenant: target, ...ended });
    expect(shown.options.mappingVersion).toBe(1);
  }, 300_000);

  it('REL-31 what nobody has stays visible, under the names of the target', async () => {
    const { imports } = await tenant.ines.imports.list({ tenant: target });
    const { references } = await tenant.ines.imports.references({
      ...{ tenant: target, import: imports[0]?.id ?? '' },
    });

    expect(references.map(({ type, project, code }) => [type, project, code])).toEqual([
      ['data_source', null, 'pg'],
      ['shell', 'gone', 'nobody_has_it'],
    ]);
  });

  it('REL-34 the same package with the same mapping plans nothing', async () => {
    const { run } = await tenant.imported({ file, requestId: 'again' });

    expect(run.report).toMatchObject({ outcome: 'succeeded', result: { same: 3, written: 0 } });
  }, 300_000);

  it('RUN-15 does the same from the command line, by exit status and documents', async () => {
    const token = there.tokenOf('lin');
    const { token: other } = await there.admin.people.add({
      ...{ tenant: target, name: 'carla', roles: [{ role: 'cross-tenant-release-user' }] },
    });
    const gantry = (...args: string[]) =>
      runCommand(['import', ...args, '--tenant', target, '--json'], {
        ...there.environment,
        GANTRY_TOKEN: other ?? token,
      });
    const checked = await gantry('check', file);
    const planned = await gantry('plan', file);
    const plan = JSON.parse(planned.stdout) as { id: string; planDigest: string; state: string };
    const wrong = await gantry('run', file, '--expect-plan', '0'.repeat(64), '--wait');
    const run = await gantry('run', file, '--expect-plan', plan.planDigest, '--wait');

    expect([checked, planned, wrong, run].map(({ status }) => status)).toEqual([0, 0, 5, 0]);
    expect(plan.state).toBe('planned');
    expect(JSON.parse(run.stdout)).toMatchObject({ state: 'nothing to do', counts: { same: 3 } });
    const listed = await gantry('list');
    const { imports } = JSON.parse(listed.stdout) as { imports: { state: string }[] };
    expect(imports.map(({ state }) => state)).toEqual([
      ...['nothing to do', 'failed', 'planned', 'checked', 'nothing to do', 'imported'],
    ]);
  }, 300_000);

  it('REL-29 with another credential the package is refused, before anything is written', async () => {
    await there.admin.tenants.changeSettings({
      tenant: target,
      settings: { credential: 'another-credential-of-28-chars' },
    });
    const before = await tenant.digest();
    const { run } = await tenant.imported({ file, requestId: 'sealed' });

    expect(errorsOf(run)).toEqual(['SealMismatch']);
    expect(await tenant.digest()).toBe(before);
    expect(await tenant.leftovers()).toEqual([]);
  }, 300_000);
});
