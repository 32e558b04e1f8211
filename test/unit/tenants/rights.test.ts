import { describe, expect, it } from '@jest/globals';
import { actions, rights, roles, type Action, type Role } from '../../../schemas/tenants/rights';

const holdersOf = (action: Action): Role[] => {
  const holders: readonly Role[] = rights[action];
  return roles.filter((role) => holders.includes(role));
};
const administrators: Role[] = ['super-administrator', 'system-administrator'];

describe('rights', () => {
  it('REL-2 super and system administrators alone edit release settings', () => {
    expect(holdersOf('tenant.settings.edit')).toEqual(administrators);
  });

  it('REL-3 super and system administrators alone start and end a mode', () => {
    expect(holdersOf('tenant.mode.change')).toEqual(administrators);
  });

  it('REL-24 super and system administrators alone make, trust and revoke keys', () => {
    expect(holdersOf('key.manage')).toEqual(administrators);
  });

  it.each(['release.create', 'release.export', 'release.import', 'release.publish'] as const)(
    'REL-5 %s is for cross-tenant release users alone',
    (action) => {
      expect(holdersOf(action)).toEqual(['cross-tenant-release-user']);
    },
  );

  it('RUN-29 the installation administrator has no right to releases, runs and catalog', () => {
    const theirs = actions.filter((action) =>
      holdersOf(action).includes('installation-administrator'),
    );
    expect(
      theirs.filter((action) => /^(release|run|package|approval|catalog)/.test(action)),
    ).toEqual([]);
  });

  it('RUN-29 every role has a right and every right somebody who has it', () => {
    expect(actions.filter((action) => holdersOf(action).length === 0)).toEqual([]);
    const used = new Set(actions.flatMap(holdersOf));
    expect(roles.filter((role) => !used.has(role))).toEqual([]);
  });
});
