import { PipelineError } from '../../schemas/pipeline-error';
import { mayDo, roleScopes, type Action, type Role } from '../../schemas/tenants/rights';
import type { Connection } from '../database/connect';
import type { Caller } from './authenticate';

/**
 * Lets the caller pass or throws `PermissionDenied` (RUN-21, RUN-29). Call it in the transaction of
 * the change it guards. Without a tenant only roles of the installation count.
 */
export async function authorize(
  connection: Connection,
  caller: Caller,
  request: { readonly action: Action; readonly tenantId?: number },
): Promise<void> {
  const held = await rolesOf(connection, caller.personId, request.tenantId);
  if (!mayDo(request.action, held)) {
    throw new PipelineError('PermissionDenied', {
      person: caller.name,
      action: request.action,
      roles: held.length === 0 ? 'none here' : [...new Set(held)],
    });
  }
}

/** The roles a person holds: of the installation, and of the tenant where one is given. */
export async function rolesOf(
  connection: Connection,
  personId: number,
  tenantId?: number,
): Promise<Role[]> {
  const rows = await connection('role_grants')
    .where('person_id', personId)
    .andWhere((query) => {
      void query.whereNull('tenant_id');
      if (tenantId !== undefined) void query.orWhere('tenant_id', tenantId);
    })
    .select<{ role: string }[]>('role');
  return rows
    .map((row) => row.role)
    .filter((role): role is Role => Object.hasOwn(roleScopes, role));
}
