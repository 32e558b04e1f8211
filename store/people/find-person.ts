import { PipelineError } from '../../schemas/pipeline-error';
import type { Role } from '../../schemas/tenants/rights';
import type { Connection } from '../database/connect';

/** A person's row. */
export interface PersonRow {
  readonly id: number;
  readonly name: string;
  readonly kind: 'person' | 'program';
  readonly created_at: Date;
}

/**
 * The person with this name who holds a role in the tenant, or in the installation where the tenant
 * is null; throws `PersonNotFound`. The row is locked, so that nobody else changes this person's
 * roles or tokens before the transaction ends.
 */
export async function lockPerson(
  connection: Connection,
  tenantId: number | null,
  name: string,
): Promise<PersonRow> {
  const person = await lockAnyPerson(connection, name);
  if (person === undefined || !(await isOf(connection, person.id, tenantId))) {
    throw new PipelineError('PersonNotFound', { person: name });
  }
  return person;
}

/** The person with this name, of whatever tenant, locked as `lockPerson` does. */
export async function lockAnyPerson(
  connection: Connection,
  name: string,
): Promise<PersonRow | undefined> {
  // Foreign keys of tokens and grants only need the key: they need not wait for this lock.
  return connection<PersonRow>('people').where({ name }).forNoKeyUpdate().first();
}

/** True where the person holds a role in the tenant, or in the installation for null. */
export async function isOf(
  connection: Connection,
  personId: number,
  tenantId: number | null,
): Promise<boolean> {
  const grant = await connection('role_grants')
    .where({ person_id: personId, tenant_id: tenantId })
    .first<{ id: number } | undefined>('id');
  return grant !== undefined;
}

/** Every role of a person with the tenant it holds in; null for roles of the installation. */
export async function grantsOf(
  connection: Connection,
  personId: number,
): Promise<{ readonly role: Role; readonly tenantId: number | null }[]> {
  return connection('role_grants')
    .where({ person_id: personId })
    .distinct<{ role: Role; tenantId: number | null }[]>('role', 'tenant_id as tenantId');
}
