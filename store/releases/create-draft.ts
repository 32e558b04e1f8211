import type { Knex } from 'knex';
import { PipelineError } from '../../schemas/pipeline-error';
import { ExportSettings } from '../../schemas/releases/export-settings';
import { defaultReleaseName } from '../../schemas/releases/release-name';
import { auditedChange } from '../audit/audited';
import type { Database } from '../database/connect';
import type { Caller } from '../people/authenticate';
import { findTenant, type TenantRow } from '../tenants/find-tenant';
import { checkDraft, placeOf, type CheckedDraft } from './check-draft';
import { findRelease, type ReleaseRow } from './find-release';
import { newId } from './new-id';

/**
 * Saves a new draft (REL-6, REL-9) and gives its row. `draft` is what the caller said, unchecked.
 * Throws `DraftInvalid` with every fault, `PermissionDenied`, `TenantNotFound`.
 */
export async function createDraft(
  database: Database,
  caller: Caller,
  given: { readonly tenant: string; readonly draft: unknown },
): Promise<ReleaseRow> {
  const tenant = await findTenant(database, given.tenant);
  const id = newId('rel');
  const attempt = {
    caller,
    tenantId: tenant.id,
    action: 'release.create',
    object: `release/${id}`,
  } as const;
  return auditedChange(database, attempt, async (trx, note) => {
    const draft = await checkDraft(given.draft, placeOf(trx, tenant));
    const row = await insertDraft(trx, { id, tenant, caller, draft, copiedFrom: null });
    note({ name: row.name, method: row.method });
    return row;
  });
}

/**
 * Makes a new draft from any release, whatever its state (REL-9); its name is made from tenant and
 * time. Throws `ReleaseNotFound`, `PermissionDenied`, `TenantNotFound`.
 */
export async function copyRelease(
  database: Database,
  caller: Caller,
  given: { readonly tenant: string; readonly release: string },
): Promise<ReleaseRow> {
  const tenant = await findTenant(database, given.tenant);
  const id = newId('rel');
  const attempt = {
    caller,
    tenantId: tenant.id,
    action: 'release.create',
    object: `release/${id}`,
    details: { copiedFrom: given.release },
  } as const;
  return auditedChange(database, attempt, async (trx, note) => {
    const source = await findRelease(trx, { tenantId: tenant.id, id: given.release });
    const draft = {
      name: undefined,
      description: source.description,
      exportSettings: source.export_settings,
      scope: source.scope as CheckedDraft['scope'],
    };
    const row = await insertDraft(trx, { id, tenant, caller, draft, copiedFrom: source.id });
    note({ name: row.name, method: row.method });
    return row;
  });
}

interface NewDraft {
  readonly id: string;
  readonly tenant: TenantRow;
  readonly caller: Caller;
  readonly draft: CheckedDraft;
  readonly copiedFrom: string | null;
}

async function insertDraft(trx: Knex.Transaction, given: NewDraft): Promise<ReleaseRow> {
  const { draft, tenant } = given;
  if (draft.scope === undefined) {
    throw new PipelineError('DraftInvalid', {}, { findings: [methodMissing] });
  }
  const name =
    draft.name ??
    defaultReleaseName({ name: tenant.name, timeZone: tenant.time_zone, now: new Date() });
  const [row] = await trx('releases')
    .insert({
      id: given.id,
      tenant_id: tenant.id,
      name,
      description: draft.description ?? '',
      method: draft.scope.method,
      scope: JSON.stringify(draft.scope),
      export_settings: JSON.stringify(draft.exportSettings ?? ExportSettings.parse({})),
      created_by: given.caller.name,
      copied_from: given.copiedFrom,
    })
    .returning<ReleaseRow[]>('*');
  if (row === undefined) throw new PipelineError('InternalError', { reason: 'no row came back' });
  return row;
}

const methodMissing = {
  code: 'ScopeMissing',
  severity: 'error',
  object: { type: 'input', project: null, code: 'scope' },
  reason: 'scope: is missing',
  fix: 'Give at least its method: full, incremental or objects.',
  overridable: false,
} as const;
