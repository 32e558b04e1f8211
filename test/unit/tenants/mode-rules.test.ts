import { describe, expect, it } from '@jest/globals';
import { modeAllows, modeRules, type ModeOperation } from '../../../schemas/tenants/mode-rules';
import { TenantMode } from '../../../schemas/tenants/tenant';

const operations = Object.keys(modeRules) as ModeOperation[];

/** Modes in which the operation is allowed: to release users / to all others. */
const expected: Record<ModeOperation, { releaseUsers: TenantMode[]; others: TenantMode[] }> = {
  export: { releaseUsers: ['cross-tenant-publishing'], others: ['cross-tenant-publishing'] },
  import: { releaseUsers: ['cross-tenant-publishing'], others: ['cross-tenant-publishing'] },
  publish: { releaseUsers: ['cross-tenant-publishing'], others: ['cross-tenant-publishing'] },
  draft: { releaseUsers: [...TenantMode.options], others: [...TenantMode.options] },
  save: {
    releaseUsers: ['normal', 'cross-tenant-publishing'],
    others: ['normal', 'cross-tenant-publishing'],
  },
  'production-change': {
    releaseUsers: ['normal', 'cross-tenant-publishing'],
    others: ['normal'],
  },
};

describe('mode rules', () => {
  it.each(operations)('REL-42 %s happens in exactly the modes that allow it', (operation) => {
    const allowed = (isReleaseUser: boolean) =>
      TenantMode.options.filter((mode) => modeAllows(operation, mode, { isReleaseUser }));
    expect({ releaseUsers: allowed(true), others: allowed(false) }).toEqual(expected[operation]);
  });
});
