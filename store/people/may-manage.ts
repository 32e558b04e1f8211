import { PipelineError } from '../../schemas/pipeline-error';
import { mayGrant } from '../../schemas/tenants/grantable-roles';
import type { Role } from '../../schemas/tenants/rights';
import type { Connection } from '../database/connect';
import type { Caller } from './authenticate';
import { rolesOf } from './authorize';
import { grantsOf } from './find-person';

/** Throws `PermissionDenied` naming the roles that the caller may not give in this tenant (RUN-29). */
export async function demandGrantable(
  connection: Connection,
  caller: Caller,
  wanted: { readonly tenantId: number | null; readonly roles: readonly Role[] },
): Promise<void> {
  const held = await rolesOf(connection, caller.personId, wanted.tenantId ?? undefined);
  const refused = wanted.roles.filter((role) => !mayGrant(role, held));
  if (refused.length === 0) return;
  throw new PipelineError('PermissionDenied', {
    person: caller.name,
    action: 'person.manage',
    roles: [...new Set(refused)],
  });
}

/**
 * True where the caller may give every role that this person holds anywhere. Whoever makes a token
 * of a person can act as this person, so the right to make one needs all of these.
 */
export async function mayActFor(
  connection: Connection,
  caller: Caller,
  personId: number,
): Promise<boolean> {
  for (const grant of await grantsOf(connection, personId)) {
    const held = await rolesOf(connection, caller.personId, grant.tenantId ?? undefined);
    if (!mayGrant(grant.role, held)) return false;
  }
  return true;
}
