import { PipelineError } from '../../schemas/pipeline-error';
import type { ExportSettings } from '../../schemas/releases/export-settings';
import { allowsOperation, type ReleaseOperation } from '../../schemas/releases/release-state';
import { auditedChange } from '../audit/audited';
import type { Database } from '../database/connect';
import type { Caller } from '../people/authenticate';
import { findTenant } from '../tenants/find-tenant';
import { checkDraft, placeOf } from './check-draft';
import { findRelease, type ReleaseRow } from './find-release';

/** Which release of which tenant. */
export interface ReleaseKey {
  readonly tenant: string;
  readonly release: string;
}

/**
 * Changes a release whole or per group: name, description, export information, scope (REL-9); what
 * is not given stays. A rejected, failed or cancelled release becomes a draft again. Throws
 * `DraftInvalid` with every fault, `ReleaseStateWrong`, `ReleaseNotFound`, `PermissionDenied`.
 */
export async function updateDraft(
  database: Database,
  caller: Caller,
  given: ReleaseKey & { readonly changes: unknown },
): Promise<ReleaseRow> {
  const tenant = await findTenant(database, given.tenant);
  const attempt = {
    caller,
    tenantId: tenant.id,
    action: 'release.create',
    object: `release/${given.release}`,
  } as const;
  return auditedChange(database, attempt, async (trx, note) => {
    const row = await findRelease(trx, { tenantId: tenant.id, id: given.release }, 'update');
    demandOperation(row, 'edit');
    const changes = await checkDraft(
      withStandingSettings(given.changes, row),
      placeOf(trx, tenant),
    );
    const columns = {
      ...(changes.name === undefined ? {} : { name: changes.name }),
      ...(changes.description === undefined ? {} : { description: changes.description }),
      ...(changes.exportSettings === undefined
        ? {}
        : { export_settings: JSON.stringify(changes.exportSettings) }),
      ...(changes.scope === undefined
        ? {}
        : { scope: JSON.stringify(changes.scope), method: changes.scope.method }),
    };
    note({ changed: Object.keys(columns) });
    const [updated] = await trx('releases')
      .where({ id: row.id })
      .update({ ...columns, state: 'draft', updated_at: trx.fn.now() })
      .returning<ReleaseRow[]>('*');
    return updated ?? row;
  });
}

/**
 * Takes a release off the list (REL-10); its runs, frozen scope and audit entries stay, and a
 * package of it is deleted when its retention ends. Throws `ReleaseStateWrong`, `ReleaseNotFound`,
 * `PermissionDenied`.
 */
export async function deleteRelease(
  database: Database,
  caller: Caller,
  given: ReleaseKey,
): Promise<void> {
  const tenant = await findTenant(database, given.tenant);
  const attempt = {
    caller,
    tenantId: tenant.id,
    action: 'release.delete',
    object: `release/${given.release}`,
  } as const;
  await auditedChange(database, attempt, async (trx, note) => {
    const row = await findRelease(trx, { tenantId: tenant.id, id: given.release }, 'update');
    demandOperation(row, 'delete');
    note({ name: row.name, state: row.state });
    await trx('releases').where({ id: row.id }).update({ deleted_at: trx.fn.now() });
  });
}

/** Throws `ReleaseStateWrong` where the state of the release has not this operation (REL-10). */
export function demandOperation(row: ReleaseRow, operation: ReleaseOperation): void {
  if (!allowsOperation(row.state, operation)) {
    throw new PipelineError('ReleaseStateWrong', { release: row.id, state: row.state, operation });
  }
}

/** Export information that is given in part changes that part only. */
function withStandingSettings(changes: unknown, row: ReleaseRow): unknown {
  const given = (changes ?? {}) as { readonly exportSettings?: Partial<ExportSettings> };
  if (typeof given.exportSettings !== 'object') return changes;
  const standing = row.export_settings;
  const { connectionInformation, authenticationInformation } = given.exportSettings;
  return {
    ...given,
    exportSettings: {
      ...standing,
      ...given.exportSettings,
      connectionInformation: { ...standing.connectionInformation, ...connectionInformation },
      authenticationInformation: {
        ...standing.authenticationInformation,
        ...authenticationInformation,
      },
      // Whoever changes what is kept confirms that anew.
      ...(authenticationInformation === undefined
        ? {}
        : { keepAuthenticationConfirmed: given.exportSettings.keepAuthenticationConfirmed }),
    },
  };
}
