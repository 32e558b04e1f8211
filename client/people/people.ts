import { z } from 'zod';
import { parseInput } from '../../schemas/parse-input';
import {
  PersonInput,
  PersonRef,
  RoleChange,
  TokenInput,
  type Person,
} from '../../schemas/tenants/person';
import { TenantCode } from '../../schemas/tenants/tenant';
import { guardedRead } from '../../store/audit/audited';
import { addPerson, type AddedPerson } from '../../store/people/add-person';
import { grantRoles, revokeRoles } from '../../store/people/change-roles';
import { listPeople } from '../../store/people/list-people';
import { createToken, revokeTokens } from '../../store/people/tokens';
import { findTenant } from '../../store/tenants/find-tenant';
import type { ClientContext } from '../context';

const PeopleQuery = z.strictObject({ tenant: TenantCode.optional() });

/**
 * People and programs with their roles and tokens (REL-5, RUN-21, RUN-29). Without `tenant` it is
 * about roles of the installation. Every method throws `Unauthenticated`, `PermissionDenied`,
 * `TenantNotFound`, and `InvalidInput` with a finding per fault.
 */
export interface People {
  /**
   * Adds somebody with roles; who is there already gets the further roles and no token. The token
   * of a new person is a secret that cannot be read again: hand it over and do not keep it.
   * Throws `PersonExists` for the name of somebody elsewhere whom the caller does not manage.
   *
   * @example
   * const { token } = await gantry.people.add({
   *   tenant: 'retail',
   *   name: 'li',
   *   roles: [{ role: 'approver' }, { role: 'project-member', scope: 'retail_dwd' }],
   * });
   */
  add(input: z.input<typeof PersonInput>): Promise<AddedPerson>;
  /**
   * Everybody with a role in the tenant, by name.
   *
   * @example const people = await gantry.people.list({ tenant: 'retail' });
   */
  list(query?: z.input<typeof PeopleQuery>): Promise<Person[]>;
  /**
   * Gives further roles to somebody the installation knows. Throws `PersonNotFound`.
   *
   * @example await gantry.people.grant({ tenant: 'retail', name: 'li', roles: [{ role: 'operator' }] });
   */
  grant(change: z.input<typeof RoleChange>): Promise<Person>;
  /**
   * Takes roles away; what is not held is not missed. Throws `PersonNotFound`.
   *
   * @example await gantry.people.revoke({ tenant: 'retail', name: 'li', roles: [{ role: 'operator' }] });
   */
  revoke(change: z.input<typeof RoleChange>): Promise<Person>;
  /**
   * Makes a further token, a secret that cannot be read again; everybody may make an own one.
   * Throws `PersonNotFound`.
   *
   * @example const { token } = await gantry.people.newToken({ tenant: 'retail', name: 'li' });
   */
  newToken(input: z.input<typeof TokenInput>): Promise<{ readonly token: string }>;
  /**
   * Revokes every token of a person, at once and for good; everybody may revoke the own ones.
   * Throws `PersonNotFound`.
   *
   * @example const { revoked } = await gantry.people.revokeTokens({ tenant: 'retail', name: 'li' });
   */
  revokeTokens(ref: z.input<typeof PersonRef>): Promise<{ readonly revoked: number }>;
}

/** The people part of the client. */
export function createPeople(context: ClientContext): People {
  const { database } = context;
  const prepare = async (tenant: string | undefined) => ({
    caller: await context.caller(),
    tenantId: tenant === undefined ? null : (await findTenant(database, tenant)).id,
  });
  return {
    async add(given) {
      const input = parseInput(PersonInput, given);
      const { caller, tenantId } = await prepare(input.tenant);
      return addPerson(database, caller, { tenantId, input });
    },
    async list(given = {}) {
      const query = parseInput(PeopleQuery, given);
      const { caller, tenantId } = await prepare(query.tenant);
      const attempt = { caller, tenantId, action: 'person.read', object: 'people' } as const;
      return guardedRead(database, attempt, (connection) => listPeople(connection, tenantId));
    },
    async grant(given) {
      const change = parseInput(RoleChange, given);
      const { caller, tenantId } = await prepare(change.tenant);
      return grantRoles(database, caller, { tenantId, change });
    },
    async revoke(given) {
      const change = parseInput(RoleChange, given);
      const { caller, tenantId } = await prepare(change.tenant);
      return revokeRoles(database, caller, { tenantId, change });
    },
    async newToken(given) {
      const { tenant, ...input } = parseInput(TokenInput, given);
      const { caller, tenantId } = await prepare(tenant);
      return { token: await createToken(database, caller, { tenantId, ...input }) };
    },
    async revokeTokens(given) {
      const { tenant, name } = parseInput(PersonRef, given);
      const { caller, tenantId } = await prepare(tenant);
      return { revoked: await revokeTokens(database, caller, { tenantId, name }) };
    },
  };
}
