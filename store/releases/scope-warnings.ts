import type { Knex } from 'knex';
import { assetTypes, assetTypeCodes, type AssetType } from '../../schemas/catalog/asset-types';
import type { ExportSettings } from '../../schemas/releases/export-settings';
import { isChain, type ReleaseScope } from '../../schemas/releases/scope';
import type { Finding } from '../../schemas/runs/finding';
import { findUnsupportedTasks } from '../catalog/find-unsupported-tasks';
import { typesWithSecrets } from './pack-secrets';
import type { SqlCondition } from './scope-query';
import { countDifference } from './select-difference';
import { teamAccountPattern } from './shape-document';

/** What warnings are looked for in. */
interface Warned {
  readonly trx: Knex.Transaction;
  readonly tenant: { readonly id: number };
  readonly release: { readonly export_settings: ExportSettings };
  readonly scope: ReleaseScope;
  readonly condition: SqlCondition;
}

/**
 * What the makers and approvers of a package should know: kept authentication (REL-6), dropped team
 * accounts (REL-14), chosen projects and segments that nothing in the tenant bears, compute tasks that
 * the engines of their projects cannot run (REL-43).
 */
export async function findScopeWarnings(warned: Warned): Promise<Finding[]> {
  return [
    ...(await findKeptAuthentication(warned)),
    ...(await findTeamAccounts(warned)),
    ...(await findUnknownChoices(warned)),
    ...(await findLeftObjects(warned)),
    ...(await findUnsupportedTasks(warned.trx, warned.condition)),
  ];
}

async function findKeptAuthentication(warned: Warned): Promise<Finding[]> {
  const { trx, condition, release } = warned;
  const types = typesWithSecrets(release.export_settings);
  if (types.length === 0) return [];
  const { rows } = await trx.raw<{ rows: [{ sources: number }] }>(
    `select count(*)::integer as sources from assets a
     where ${condition.sql} and a.type = any(:secretTypes) and a.sealed_secrets is not null`,
    { ...condition.values, secretTypes: types } as Record<string, Knex.Value>,
  );
  return [
    warning('AuthenticationKept', {
      reason: `Authentication information of ${rows[0].sources} sources travels, encrypted with the release credential`,
      fix: 'Hand the package only to those who may know it, and change it where the package got lost.',
    }),
  ];
}

async function findTeamAccounts({ trx, condition }: Warned): Promise<Finding[]> {
  const { rows } = await trx.raw<{ rows: [{ objects: number; accounts: number }] }>(
    `select count(distinct o.id)::integer as objects, count(distinct o.account)::integer as accounts from (
       select a.id, a.owner as account from assets a
       where ${condition.sql} and a.type = any(:ownedTypes)
       union all
       select a.id, w.account from assets a join contents c on c.id = a.content_id
       cross join lateral json_array_elements_text(case json_typeof(c.body::json -> 'definition' -> 'owners')
         when 'array' then c.body::json -> 'definition' -> 'owners' else '[]' end) as w (account)
       where ${condition.sql} and a.type = any(:ownedTypes)
     ) o where o.account ~* :teamPattern`,
    {
      ...condition.values,
      ownedTypes: assetTypeCodes.filter(
        (type) => (assetTypes[type] as AssetType).personalOwnersOnly === true,
      ),
      teamPattern: teamAccountPattern,
    } as Record<string, Knex.Value>,
  );
  const { objects, accounts } = rows[0];
  if (objects === 0) return [];
  return [
    warning('TeamAccountsDropped', {
      reason: `${accounts} team accounts are dropped from the owners of ${objects} objects`,
      fix: 'Give these objects owners on the target.',
      severity: 'info',
    }),
  ];
}

async function findUnknownChoices({ trx, tenant, scope }: Warned): Promise<Finding[]> {
  if (isChain(scope) || scope.method !== 'incremental') return [];
  const { rows } = await trx.raw<{ rows: { kind: 'project' | 'segment'; code: string }[] }>(
    `select 'project' as kind, p.code from unnest(:projects::text[]) as p (code)
     where not exists (select from assets a where a.tenant_id = :tenantId and a.deleted_at is null
       and (a.project = p.code or a.type = 'project' and a.code = p.code))
     union all
     select 'segment', s.code from unnest(:segments::text[]) as s (code)
     where not exists (select from assets a where a.tenant_id = :tenantId and a.deleted_at is null
       and (a.segment = s.code or a.type = 'data_segment' and a.code = s.code))`,
    { tenantId: tenant.id, projects: scope.projects, segments: scope.segments } as Record<
      string,
      Knex.Value
    >,
  );
  return rows.map(({ kind, code }) => ({
    ...warning(kind === 'project' ? 'ProjectUnknown' : 'SegmentUnknown', {
      reason: `No asset belongs to the ${kind} ${code}`,
      fix: `Check the name of the ${kind}.`,
    }),
    object: { type: kind === 'project' ? 'project' : 'data_segment', project: null, code },
  }));
}

/** What the base carries and the scope has no more, though it lives: it stays on the target as it is. */
async function findLeftObjects({ trx, scope }: Warned): Promise<Finding[]> {
  if (!isChain(scope)) return [];
  const { leftCount } = await countDifference(trx);
  if (leftCount === 0) return [];
  return [
    warning('ObjectsLeftScope', {
      reason: `${leftCount} objects of the base are out of its scope now, though they are not deleted`,
      fix: 'Delete them on the target by hand where they should not stay.',
      severity: 'info',
    }),
  ];
}

function warning(
  code: string,
  text: { readonly reason: string; readonly fix: string; readonly severity?: Finding['severity'] },
): Finding {
  return { code, severity: 'warning', overridable: false, ...text };
}
