import type { Knex } from 'knex';
import { PipelineError } from '../../schemas/pipeline-error';
import type { Person, PersonInput } from '../../schemas/tenants/person';
import { auditedChange } from '../audit/audited';
import type { Database } from '../database/connect';
import type { Caller } from './authenticate';
import { insertGrants } from './change-roles';
import { isOf, lockAnyPerson } from './find-person';
import { showPerson } from './list-people';
import { mayActFor } from './may-manage';
import { insertToken } from './tokens';

/** A person, and the token of one who is new: it can never be read again. */
export interface AddedPerson {
  readonly person: Person;
  readonly token: string | null;
}

/**
 * Adds somebody to a tenant with these roles, or to the installation where `tenantId` is null
 * (REL-5, RUN-21). Who is there already gets the further roles and no token. Throws
 * `PermissionDenied`, and `PersonExists` for a name that belongs to somebody elsewhere, whom the
 * caller does not manage, or to a person of the other kind.
 */
export async function addPerson(
  database: Database,
  caller: Caller,
  request: { readonly tenantId: number | null; readonly input: PersonInput },
): Promise<AddedPerson> {
  const { tenantId, input } = request;
  const attempt = {
    caller,
    tenantId,
    action: 'person.manage',
    object: `person/${input.name}`,
    details: { change: 'added', roles: input.roles },
  } as const;
  return auditedChange(database, attempt, async (trx, note) => {
    const created = await insertPerson(trx, input);
    const person = await lockAnyPerson(trx, input.name);
    if (person === undefined) throw new PipelineError('PersonNotFound', { person: input.name });
    if (!created) {
      const known = await isOf(trx, person.id, tenantId);
      const sameKind = input.kind === undefined || input.kind === person.kind;
      if (!sameKind || !(known || (await mayActFor(trx, caller, person.id)))) {
        throw new PipelineError('PersonExists', { person: input.name });
      }
    }
    await insertGrants(trx, caller, { tenantId, personId: person.id, grants: input.roles });
    const token = created ? await insertToken(trx, person.id, 'first token') : null;
    note({ created });
    return { person: await showPerson(trx, tenantId, person.name), token };
  });
}

async function insertPerson(trx: Knex.Transaction, input: PersonInput): Promise<boolean> {
  const rows = await trx('people')
    .insert({ name: input.name, kind: input.kind ?? 'person' })
    .onConflict('name')
    .ignore()
    .returning<{ id: number }[]>('id');
  return rows.length === 1;
}
