import { writeAudit } from '../audit/audit-log';
import type { Database } from '../database/connect';
import { hashToken } from './authenticate';

const administrator = 'admin';

/**
 * Makes sure that the person `admin` exists, is installation administrator, and can call with this
 * token (RUN-22). Safe to run at every start and from two processes at once; a token that was
 * revoked stays revoked.
 */
export async function ensureInstallationAdministrator(
  database: Database,
  token: string,
): Promise<void> {
  await database.transaction(async (trx) => {
    await trx('people').insert({ name: administrator, kind: 'person' }).onConflict('name').ignore();
    // The row lock makes a second process wait, so that it finds what the first one wrote.
    const person = await trx('people')
      .where({ name: administrator })
      .forUpdate()
      .first<{ id: number }>('id');
    const granted = await trx('role_grants')
      .insert({ person_id: person.id, role: 'installation-administrator' })
      .onConflict(['person_id', 'role', 'tenant_id', 'scope_kind', 'scope_code'])
      .ignore()
      .returning<{ id: number }[]>('id');
    const stored = await trx('tokens')
      .insert({ person_id: person.id, hash: hashToken(token), label: 'installation' })
      .onConflict('hash')
      .ignore()
      .returning<{ id: number }[]>('id');
    if (granted.length + stored.length === 0) return;
    await writeAudit(trx, {
      tenantId: null,
      actor: 'gantry',
      actorSource: 'system',
      action: 'person.manage',
      object: `person/${administrator}`,
      outcome: 'ok',
      details: { change: 'installation administrator ensured' },
    });
  });
}
