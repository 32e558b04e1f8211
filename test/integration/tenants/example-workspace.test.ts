import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Gantry } from '../../../client';
import { createInstallation, type Installation } from '../../support/installation';

type TenantInput = Parameters<Gantry['tenants']['create']>[0];
type SettingsInput = Parameters<Gantry['tenants']['changeSettings']>[0]['settings'];
type PersonInput = Parameters<Gantry['people']['add']>[0];

const folder = join(__dirname, '../../../examples/workspace');
const read = (name: string): unknown => JSON.parse(readFileSync(join(folder, name), 'utf8'));
let installation: Installation;

beforeAll(async () => {
  installation = await createInstallation();
});
afterAll(() => installation.close());

describe('the example workspace', () => {
  it('REL-1 REL-2 its tenants, people and settings can be set up as they are', async () => {
    const { admin } = installation;
    const tenants = read('tenants.json') as {
      tenant: TenantInput;
      releaseSettings: SettingsInput;
    }[];
    const people = read('people.json') as PersonInput[];
    for (const { tenant } of tenants) await admin.tenants.create(tenant);
    for (const person of people) await admin.people.add(person);
    const missing: string[] = [];
    for (const { tenant, releaseSettings } of tenants) {
      const changed = await admin.tenants.changeSettings({
        tenant: tenant.code,
        settings: {
          ...releaseSettings,
          credential: 'a credential of the test',
          exportApproval: read('export-approval.json') as { kind: 'none' },
          publishApproval: read('publish-approval.json') as { kind: 'none' },
        },
      });
      missing.push(...changed.missing);
    }
    const names = new Set(people.map((person) => person.name));
    const rows = await installation.database('people').pluck<string[]>('name');
    expect([missing, new Set(rows)]).toEqual([[], names]);
  });
});
