import type { Knex } from 'knex';
import type { StoredObjectRef } from '../../schemas/activities';
import { writeAudit } from '../audit/audit-log';
import { sendNotice } from '../notices/send-notice';
import { findRun, type RunWithContext } from '../runs/find-run';
import { findReleaseSettings } from '../tenants/find-settings';
import { findRelease } from './find-release';
import { readFrozenScope } from './frozen-scopes';
import { moveRelease } from './move-release';

const dayMs = 24 * 60 * 60 * 1000;

/** Which package became of which run. */
export interface RegisteredPackage {
  readonly packageId: string;
  /** RFC 3339. */
  readonly expiresAt: string;
}

/**
 * Makes a verified package known: its record, the release exported, the requester told (REL-22,
 * RUN-30). Registering twice gives the first record again.
 */
export async function registerPackage(
  trx: Knex.Transaction,
  runId: string,
  stored: StoredObjectRef,
): Promise<RegisteredPackage> {
  const run = await findRun(trx, runId, 'update');
  const frozen = await readFrozenScope(trx, runId);
  const known = await trx('packages')
    .where({ id: frozen.packageId })
    .first<{ expires_at: Date } | undefined>('expires_at');
  if (known !== undefined)
    return { packageId: frozen.packageId, expiresAt: known.expires_at.toISOString() };

  const settings = await findReleaseSettings(trx, run.tenant_id);
  const release = await findRelease(trx, { tenantId: run.tenant_id, id: run.subject });
  const expiresAt = new Date(Date.now() + (settings?.package_retention_days ?? 30) * dayMs);
  await trx('packages').insert({
    id: frozen.packageId,
    tenant_id: run.tenant_id,
    release_id: run.subject,
    run_id: runId,
    name: release.name,
    object_key: stored.key,
    size_bytes: stored.bytes,
    digest: Buffer.from(stored.sha256, 'hex'),
    counts: JSON.stringify({ objects: frozen.objectCount, byType: frozen.details.countsByType }),
    warnings: JSON.stringify(frozen.details.findings),
    created_by: run.requester,
    expires_at: expiresAt,
  });
  await moveRelease(trx, run.subject, 'succeed');
  await tell(trx, run, {
    packageId: frozen.packageId,
    name: release.name,
    objects: frozen.objectCount,
  });
  return { packageId: frozen.packageId, expiresAt: expiresAt.toISOString() };
}

async function tell(
  trx: Knex.Transaction,
  run: RunWithContext,
  made: { readonly packageId: string; readonly name: string; readonly objects: number },
): Promise<void> {
  await writeAudit(trx, {
    tenantId: run.tenant_id,
    actor: run.requester,
    actorSource: 'system',
    action: 'package.register',
    object: made.packageId,
    outcome: 'ok',
    details: { run: run.id, release: run.subject, objects: made.objects },
  });
  await sendNotice(trx, {
    tenantId: run.tenant_id,
    personIds: [run.requested_by],
    kind: 'package-ready',
    key: `package-ready/${made.packageId}`,
    title: `Package ready: ${made.name}`,
    body: `${made.objects} objects. Download it: gantry release download ${run.subject} --output ${made.name}`,
    runId: run.id,
  });
}
