import { describe, expect, it } from '@jest/globals';
import { mayGrant } from '../../../schemas/tenants/grantable-roles';
import { roles, type Role } from '../../../schemas/tenants/rights';

const grantable: Partial<Record<Role, Role[]>> = {
  'installation-administrator': roles,
  'super-administrator': roles.filter((role) => role !== 'installation-administrator'),
  'system-administrator': roles.filter(
    (role) => role !== 'installation-administrator' && role !== 'super-administrator',
  ),
};

describe('grantable roles', () => {
  it.each(roles)('RUN-29 a holder of %s grants exactly the roles that are his to give', (held) => {
    expect(roles.filter((role) => mayGrant(role, [held]))).toEqual(grantable[held] ?? []);
  });
});
