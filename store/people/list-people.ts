import type { Person } from '../../schemas/tenants/person';
import { PipelineError } from '../../schemas/pipeline-error';
import type { Role } from '../../schemas/tenants/rights';
import type { Connection } from '../database/connect';
import type { PersonRow } from './find-person';

interface GrantRow {
  readonly person_id: number;
  readonly role: Role;
  readonly scope_code: string | null;
}

/**
 * Everybody who holds a role in the tenant, by name, with the roles there and in the installation;
 * without a tenant, everybody who holds a role of the installation (RUN-29).
 */
export async function listPeople(
  connection: Connection,
  tenantId: number | null,
): Promise<Person[]> {
  const members = connection('role_grants').where({ tenant_id: tenantId }).select('person_id');
  const rows = await connection<PersonRow>('people').whereIn('id', members).orderBy('name');
  return toPeople(connection, tenantId, rows);
}

/** One person by name, with the roles in the tenant and in the installation, even where none are left. */
export async function showPerson(
  connection: Connection,
  tenantId: number | null,
  name: string,
): Promise<Person> {
  const rows = await connection<PersonRow>('people').where({ name });
  const [person] = await toPeople(connection, tenantId, rows);
  if (person === undefined) throw new PipelineError('PersonNotFound', { person: name });
  return person;
}

async function toPeople(
  connection: Connection,
  tenantId: number | null,
  rows: readonly PersonRow[],
): Promise<Person[]> {
  const ids = rows.map((row) => row.id);
  const grants = await connection('role_grants')
    .whereIn('person_id', ids)
    .andWhere((query) => {
      void query.whereNull('tenant_id');
      if (tenantId !== null) void query.orWhere('tenant_id', tenantId);
    })
    .orderBy(['role', 'scope_code'])
    .select<GrantRow[]>('person_id', 'role', 'scope_code');
  const tokens = await connection('tokens')
    .whereIn('person_id', ids)
    .whereNull('revoked_at')
    .groupBy('person_id')
    .select<{ person_id: number; count: number }[]>(
      'person_id',
      connection.raw('count(*) as count'),
    );
  const tokenCounts = new Map(tokens.map((row) => [row.person_id, row.count]));
  return rows.map((row) => ({
    name: row.name,
    kind: row.kind,
    roles: grants
      .filter((grant) => grant.person_id === row.id)
      .map((grant) => ({ role: grant.role, scope: grant.scope_code })),
    tokenCount: tokenCounts.get(row.id) ?? 0,
    createdAt: row.created_at.toISOString(),
  }));
}
