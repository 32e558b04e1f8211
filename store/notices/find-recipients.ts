import type { Role } from '../../schemas/tenants/rights';
import type { Connection } from '../database/connect';

/** Somebody a notice can be sent to. */
export interface Recipient {
  readonly id: number;
  readonly name: string;
}

/**
 * The people of a tenant who hold one of the roles there or bear one of the names, each once, by
 * name (RUN-30). A name without any role in the tenant is nobody's there and is left out.
 */
export async function findRecipients(
  connection: Connection,
  tenantId: number,
  wanted: { readonly roles?: readonly Role[]; readonly people?: readonly string[] },
): Promise<Recipient[]> {
  return connection('people')
    .join('role_grants', 'role_grants.person_id', 'people.id')
    .where('role_grants.tenant_id', tenantId)
    .andWhere((query) => {
      void query.whereIn('role_grants.role', [...(wanted.roles ?? [])]);
      void query.orWhereIn('people.name', [...(wanted.people ?? [])]);
    })
    .distinct<Recipient[]>('people.id', 'people.name')
    .orderBy('people.name');
}
