import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setUpWorkspace } from '../../../cli/demo/set-up-workspace';
import { createInstallation, type Installation } from '../../support/installation';

const folder = path.join(__dirname, '../../../examples/workspace');
const credential = 'a credential for this test';

describe('setting up the example workspace', () => {
  let installation: Installation;
  const tokens = new Map<string, string>();
  const setUp = () =>
    setUpWorkspace(installation.admin, {
      folder,
      credential,
      onToken: (person, token) => Promise.resolve(void tokens.set(person, token)),
    });

  beforeAll(async () => {
    installation = await createInstallation();
    await setUp();
  });
  afterAll(() => installation.close());

  it('RUN-18 loads all assets, with the dangling references that the page lists', async () => {
    const stats = await installation.admin.catalog.stats({ tenant: 'retail' });

    expect(stats.assets).toBe(317);
    expect(stats.danglingReferences).toBe(5);
  });

  it('RUN-18 changes nothing the second time', async () => {
    const again = await setUp();

    expect(again).toMatchObject({ created: 0, changed: 0, unchanged: 317, deleted: 0 });
  });

  it('REL-2 leaves no setting of a tenant open', async () => {
    const missing = await Promise.all(
      ['retail', 'retail-eu'].map((tenant) => installation.admin.tenants.settings({ tenant })),
    );

    expect(missing.map((settings) => settings.missing)).toEqual([[], []]);
  });

  it('RUN-21 gives each person a token that works', async () => {
    expect(tokens.size).toBe(16);

    const mara = await installation.as(tokens.get('mara-okafor') ?? null);
    const mine = await mara.tenants.list();

    expect(mine.map((tenant) => tenant.code)).toEqual(['retail', 'retail-eu']);
  });

  it('RUN-20 has no planted secret, token or credential in the database', async () => {
    const dump = await installation.dump();

    expect(dump).toContain('load_order_header');
    expect(dump).not.toContain('PLANTED-');
    expect(dump).not.toContain(credential);
    expect([...tokens.values()].filter((token) => dump.includes(token))).toEqual([]);
  });

  it('RUN-18 takes the change file: 4 new, 16 changed, 3 deleted', async () => {
    const source = path.join(folder, 'changes.ndjson');
    const done = await installation.admin.catalog.load({ tenant: 'retail', source });
    const stats = await installation.admin.catalog.stats({ tenant: 'retail' });

    expect(done).toMatchObject({ created: 4, changed: 16, deleted: 3 });
    expect(stats.danglingReferences).toBe(4);
  });
});
