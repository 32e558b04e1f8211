import type { CheckResult } from '../../schemas/runs/run-ref';
import type { ImportPlanRef } from '../../schemas/imports/activities';
import type { Finding } from '../../schemas/runs/finding';
import type { Database } from '../database/connect';
import { countOnlineToRestore } from './apply-online';
import type { Planning } from './find-planning';
import { findingsAtMost, toFindings } from './plan-findings';
import { recordPlan } from './plan-record';
import { planned } from './plan-transaction';

/**
 * Plans the undo of an import from its before-images (REL-41): content, secrets and existence of
 * each asset as they were, and the online version where it was published since. What changed since
 * the import is an error. Planning again replaces the plan. Throws `RunNotFound`, `ImportNotFound`.
 */
export async function planUndo(
  database: Database,
  run: { readonly runId: string },
): Promise<ImportPlanRef & CheckResult> {
  return planned(database, run.runId, async (planning) => {
    const objectCount = await planObjects(planning);
    const findings = [...(await findImportFaults(planning)), ...(await findChangedSince(planning))];
    const onlineRestored = await countOnlineToRestore(planning);
    return recordPlan(planning, { objectCount, findings, onlineRestored });
  });
}

/**
 * SQL: the asset is again what the import made of it, as a later import was undone, or an undo of
 * this one was. Versions are never changed, so that the one of then says what that was.
 */
const isAsAfter = `exists (
  select from asset_versions v where v.asset_id = a.id and v.version = b.after_version
    and v.digest is not distinct from case when a.deleted_at is null then a.digest end
    and v.sealed_secrets is not distinct from a.sealed_secrets)`;

/** A conflict is what is not as the import left it. */
async function planObjects({ trx, runId, undoes }: Planning): Promise<number> {
  const { rowCount } = await trx.raw<{ rowCount: number }>(
    `insert into import_plan_objects (run_id, type, project, code, change, decision, asset_id,
       target_version, target_digest, base_digest, digest, byte_count)
     select :runId, type, project, code,
       case when moved then 'conflict' when digest is null then 'deleted'
         when target_digest is null then 'new' else 'changed' end,
       case when moved then 'fail' else 'write' end,
       id, version, target_digest, base_digest, digest, byte_count
     from (
       select a.type, a.project, a.code, a.id, a.version, a.base_digest,
         case when a.deleted_at is null then a.digest end as target_digest,
         case when b.version is not null and not b.deleted then b.digest end as digest,
         b.byte_count, a.version <> b.after_version and not ${isAsAfter} as moved
       from import_before_images b join assets a on a.id = b.asset_id
       where b.import_id = :undoes
     ) compared`,
    { runId, undoes } as Record<string, string>,
  );
  return rowCount;
}

interface UndoneRow {
  readonly state: string;
  readonly applied_at: Date | null;
  readonly undone_by: string | null;
}

async function findImportFaults({ trx, tenantId, undoes }: Planning): Promise<Finding[]> {
  const row = await trx('imports')
    .where({ id: undoes, tenant_id: tenantId })
    .first<UndoneRow | undefined>('state', 'applied_at', 'undone_by');
  const fault = (code: string, reason: string, fix: string): Finding[] => [
    { code, severity: 'error', reason, fix, overridable: false },
  ];
  if (row?.applied_at == null) {
    return fault(
      'ImportNotApplied',
      `the import ${String(undoes)} has written nothing`,
      'Name an import that ended as imported: gantry import list.',
    );
  }
  if (row.undone_by === null) return [];
  return fault(
    'ImportUndone',
    `the import was undone by ${row.undone_by}`,
    'Nothing to do. To have its state again, undo that one.',
  );
}

async function findChangedSince({ trx, runId }: Planning): Promise<Finding[]> {
  const { rows } = await trx.raw<{
    rows: { type: string; project: string; code: string; total: number }[];
  }>(
    `select type, project, code, count(*) over ()::integer as total from import_plan_objects
     where run_id = :runId and decision = 'fail' order by type, project, code limit :limit`,
    { runId, limit: findingsAtMost },
  );
  return toFindings(rows, {
    code: 'ObjectChangedSince',
    severity: 'error',
    reason: 'it was changed after the import that is to be undone',
    fix: 'Undo the later import first, or change the objects by hand.',
    overridable: false,
  });
}
