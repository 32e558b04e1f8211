import type { Knex } from 'knex';
import { PipelineError } from '../../schemas/pipeline-error';
import type { Person, RoleChange, RoleGrant } from '../../schemas/tenants/person';
import { roleScopes } from '../../schemas/tenants/rights';
import { auditedChange } from '../audit/audited';
import type { Database } from '../database/connect';
import type { Caller } from './authenticate';
import { lockAnyPerson, lockPerson } from './find-person';
import { showPerson } from './list-people';
import { demandGrantable } from './may-manage';

/** Whose roles change, in which tenant; null for the installation. */
interface RolesRequest {
  readonly tenantId: number | null;
  readonly change: RoleChange;
}

/**
 * Gives further roles to somebody whom the installation knows (REL-5); what is held already stays.
 * Throws `PersonNotFound` and `PermissionDenied`.
 */
export async function grantRoles(
  database: Database,
  caller: Caller,
  request: RolesRequest,
): Promise<Person> {
  const { tenantId, change } = request;
  return auditedChange(database, attemptOf(caller, request, 'granted'), async (trx) => {
    const person = await lockAnyPerson(trx, change.name);
    if (person === undefined) throw new PipelineError('PersonNotFound', { person: change.name });
    await insertGrants(trx, caller, { tenantId, personId: person.id, grants: change.roles });
    return showPerson(trx, tenantId, person.name);
  });
}

/**
 * Takes roles away; what is not held is not missed. Throws `PersonNotFound` for who holds no role
 * there, and `PermissionDenied` for roles that the caller could not give.
 */
export async function revokeRoles(
  database: Database,
  caller: Caller,
  request: RolesRequest,
): Promise<Person> {
  const { tenantId, change } = request;
  return auditedChange(database, attemptOf(caller, request, 'revoked'), async (trx) => {
    const person = await lockPerson(trx, tenantId, change.name);
    await demandGrantable(trx, caller, { tenantId, roles: change.roles.map((one) => one.role) });
    for (const grant of change.roles) {
      const { role, tenant_id, scope_code } = toColumns(grant, tenantId);
      await trx('role_grants')
        .where({ person_id: person.id, role, tenant_id, scope_code })
        .delete();
    }
    return showPerson(trx, tenantId, person.name);
  });
}

/** Inserts grants that the caller may give, each once; throws `PermissionDenied` for the others. */
export async function insertGrants(
  trx: Knex.Transaction,
  caller: Caller,
  request: {
    readonly tenantId: number | null;
    readonly personId: number;
    readonly grants: readonly RoleGrant[];
  },
): Promise<void> {
  const { tenantId, personId, grants } = request;
  await demandGrantable(trx, caller, { tenantId, roles: grants.map((grant) => grant.role) });
  await trx('role_grants')
    .insert(
      grants.map((grant) => ({
        person_id: personId,
        granted_by: caller.personId,
        ...toColumns(grant, tenantId),
      })),
    )
    .onConflict(['person_id', 'role', 'tenant_id', 'scope_kind', 'scope_code'])
    .ignore();
}

function toColumns(grant: RoleGrant, tenantId: number | null) {
  const kind = roleScopes[grant.role];
  const scoped = kind !== 'installation' && kind !== 'tenant';
  return {
    role: grant.role,
    tenant_id: kind === 'installation' ? null : tenantId,
    scope_kind: scoped ? kind : null,
    scope_code: scoped ? (grant.scope ?? null) : null,
  };
}

function attemptOf(caller: Caller, { tenantId, change }: RolesRequest, verb: string) {
  return {
    caller,
    tenantId,
    action: 'person.manage',
    object: `person/${change.name}`,
    details: { change: verb, roles: change.roles },
  } as const;
}
