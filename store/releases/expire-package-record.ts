import type { Knex } from 'knex';
import { writeAudit } from '../audit/audit-log';
import type { Connection } from '../database/connect';
import { moveRelease } from './move-release';

/** Marks a package as deleted and its release as expired (REL-22); marking twice changes nothing. */
export async function expirePackageRecord(trx: Knex.Transaction, packageId: string): Promise<void> {
  const [row] = await trx('packages')
    .where({ id: packageId })
    .whereNull('deleted_at')
    .update({ deleted_at: trx.fn.now() })
    .returning<{ release_id: string; tenant_id: number }[]>(['release_id', 'tenant_id']);
  if (row === undefined) return;
  await moveRelease(trx, row.release_id, 'expire');
  await writeAudit(trx, {
    tenantId: row.tenant_id,
    actor: 'gantry',
    actorSource: 'system',
    action: 'package.expire',
    object: packageId,
    outcome: 'ok',
  });
}

/** Where the file of a package lies, or undefined for an unknown package. */
export async function findPackageKey(
  connection: Connection,
  packageId: string,
): Promise<string | undefined> {
  const row = await connection('packages')
    .where({ id: packageId })
    .first<{ object_key: string } | undefined>('object_key');
  return row?.object_key;
}
