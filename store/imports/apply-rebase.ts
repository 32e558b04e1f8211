import type { Knex } from 'knex';
import type { Planning } from './find-planning';

/**
 * Notes what both sides have in common where no import said so yet, so that the next three-way
 * comparison knows (REL-31); no version is made. What moved since the plan is left alone.
 */
export async function applyRebase({ trx, runId, indexId, importId }: Planning): Promise<number> {
  const { rowCount } = await trx.raw<{ rowCount: number }>(
    `update assets a set base_digest = o.digest, base_import = :importId,
       base_secrets_mac = case when p.keeps_secrets then a.base_secrets_mac else p.secrets_mac end
     from import_plan_objects o
     join package_objects p on p.index_id = :indexId
       and (p.type, p.project, p.code) = (o.type, o.project, o.code)
     where o.run_id = :runId and o.decision = 'rebase' and a.id = o.asset_id
       and a.version = o.target_version`,
    { runId, indexId, importId } as Record<string, Knex.Value>,
  );
  return rowCount;
}
