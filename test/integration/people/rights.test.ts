import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { actions, rights, roles, roleScopes, type Role } from '../../../schemas/tenants/rights';
import { isPipelineError } from '../../../schemas/pipeline-error';
import type { Caller } from '../../../store/people/authenticate';
import { authorize } from '../../../store/people/authorize';
import { createInstallation, type Installation } from '../../support/installation';

let installation: Installation;
let here: number;
let elsewhere: number;
const callers = new Map<Role, Caller>();

beforeAll(async () => {
  installation = await createInstallation();
  await installation.admin.tenants.create({ code: 'here' });
  await installation.admin.tenants.create({ code: 'elsewhere' });
  const ids = await installation.database('tenants').pluck<number[]>('id').orderBy('id');
  [here = 0, elsewhere = 0] = ids;
  for (const role of roles) {
    const kind = roleScopes[role];
    const name = `holder-${role}`;
    await installation.admin.people.add({
      ...(kind === 'installation' ? {} : { tenant: 'here' }),
      name,
      roles: [{ role, ...(kind === 'installation' || kind === 'tenant' ? {} : { scope: 's' }) }],
    });
    const person = await installation
      .database('people')
      .where({ name })
      .first<{ id: number }>('id');
    callers.set(role, { personId: person.id, name });
  }
});
afterAll(() => installation.close());

describe('rights', () => {
  describe.each(roles)('of %s', (role) => {
    it.each(actions)(
      'RUN-29 %s is allowed in the tenant exactly where the table says so',
      async (action) => {
        const allowed: readonly Role[] = rights[action];
        expect(await passes(role, action, here)).toBe(allowed.includes(role));
      },
    );

    it('RUN-29 nothing is allowed in a tenant where the role is not held', async () => {
      const passed: string[] = [];
      for (const action of actions) {
        if (await passes(role, action, elsewhere)) passed.push(action);
      }
      const everywhere = actions.filter((action) =>
        (rights[action] as readonly Role[]).includes(role),
      );
      expect(passed).toEqual(role === 'installation-administrator' ? everywhere : []);
    });
  });
});

async function passes(role: Role, action: (typeof actions)[number], tenantId: number) {
  const caller = callers.get(role) ?? { personId: 0, name: 'nobody' };
  try {
    await authorize(installation.database, caller, { action, tenantId });
    return true;
  } catch (error) {
    if (isPipelineError(error, 'PermissionDenied')) return false;
    throw error;
  }
}
