import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { ApprovalPolicy } from '../../../schemas/runs/approval-policy';
import { PersonInput } from '../../../schemas/tenants/person';
import { ReleaseSettingsChange } from '../../../schemas/tenants/release-settings';
import { roles, roleScopes } from '../../../schemas/tenants/rights';
import { TenantInput } from '../../../schemas/tenants/tenant';
import { readAssets, readWorkspaceJson } from './read-workspace';

const WorkspaceTenants = z.array(
  z.strictObject({ tenant: TenantInput, releaseSettings: ReleaseSettingsChange }),
);
const tenants = readWorkspaceJson('tenants.json', WorkspaceTenants);
const people = readWorkspaceJson('people.json', z.array(PersonInput));
const policies = ['export-approval.json', 'publish-approval.json'].map((name) =>
  readWorkspaceJson(name, ApprovalPolicy),
);
const grants = people.flatMap((person) =>
  person.roles.map((grant) => ({ ...grant, tenant: person.tenant, name: person.name })),
);

describe('the tenants and people of the example workspace', () => {
  it('REL-1 has two tenants that can take each other’s packages', () => {
    const [one, other] = tenants.map((entry) => entry.tenant);

    expect(tenants.map((entry) => entry.tenant.code)).toEqual(['retail', 'retail-eu']);
    expect(one?.productVersion).toBe(other?.productVersion);
    expect(one?.engines).toEqual(other?.engines);
    expect(one?.engineMode).toBe(other?.engineMode);
  });

  it('REL-2 has no credential in its files', () => {
    expect(tenants.filter((entry) => entry.releaseSettings.credential !== undefined)).toEqual([]);
  });

  it('RUN-29 has a person in every role', () => {
    const held = new Set(grants.map((grant) => grant.role));

    expect(roles.filter((role) => !held.has(role))).toEqual([]);
  });

  it('RUN-29 names each person once a tenant, in tenants that exist', () => {
    const codes = new Set(tenants.map((entry) => entry.tenant.code));
    const entries = people.map((person) => `${person.tenant ?? '-'} ${person.name}`);

    expect(new Set(entries).size).toBe(entries.length);
    expect(
      grants.filter((grant) => grant.tenant !== undefined && !codes.has(grant.tenant)),
    ).toEqual([]);
  });

  it('RUN-29 gives roles of projects in projects that exist, each of which has an owner', () => {
    const projects = readAssets().flatMap((asset) => (asset.type === 'project' ? asset.code : []));
    const ofProjects = grants.filter((grant) => roleScopes[grant.role] === 'project');
    const owned = ofProjects.filter((grant) => grant.role === 'project-owner');

    expect(ofProjects.filter((grant) => !projects.includes(grant.scope ?? ''))).toEqual([]);
    expect(owned.map((grant) => grant.scope).sort()).toEqual([...projects].sort());
  });

  it.each(['retail', 'retail-eu'])('RUN-9 has enough people in %s for every policy', (tenant) => {
    const held = grants.filter((grant) => grant.tenant === tenant);

    for (const policy of policies) {
      if (policy.kind === 'none') throw new Error('a policy of the workspace asks for nobody');
      const able = held.filter((grant) =>
        policy.approvers.some((one) =>
          'role' in one ? one.role === grant.role : one.person === grant.name,
        ),
      );
      expect(new Set(able.map((grant) => grant.name)).size).toBeGreaterThanOrEqual(policy.quorum);
    }
  });

  it('REL-14 has assets owned by people of the workspace and by teams alone', () => {
    const names = new Set(people.map((person) => person.name));
    const strangers = readAssets().filter(
      ({ owner }) => owner !== null && !names.has(owner) && !owner.startsWith('team-'),
    );

    expect(strangers.map((asset) => asset.owner)).toEqual([]);
  });
});
