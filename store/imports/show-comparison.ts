import type { AssetDocument } from '../../schemas/catalog/asset-document';
import type {
  ComparedSide,
  ObjectComparison,
  PlanObjectRef,
} from '../../schemas/imports/import-view';
import { PipelineError } from '../../schemas/pipeline-error';
import type { Connection, Database } from '../database/connect';
import type { Caller } from '../people/authenticate';
import { readPlan, toPlanObject, type PlanKey, type PlanObjectRow } from './show-plan';

/**
 * The three sides of one object of a plan: what the last import brought, what the tenant had when it
 * was planned, and what comes (REL-31). Throws `ImportNotFound`, `PlanNotFound`, `AssetNotFound`
 * where the plan has nothing to say about the object, `PermissionDenied` and `TenantNotFound`.
 */
export function showComparison(
  database: Database,
  caller: Caller,
  ref: PlanObjectRef,
): Promise<ObjectComparison> {
  const { type, project, code } = ref.object;
  const identity = { type, project: project ?? '', code };
  return readPlan(database, caller, {
    ref,
    read: async (connection, plan) => {
      const row = await connection('import_plan_objects')
        .where({ run_id: plan.runId, ...identity })
        .first<PlanObjectRow | undefined>();
      if (row === undefined) throw new PipelineError('AssetNotFound', { type, project, code });
      return {
        ...toPlanObject(row),
        base: await toSide(connection, row.base_digest),
        target: await toSide(connection, row.target_digest),
        incoming: await toSide(connection, row.digest),
        place: await findPlace(connection, plan, identity),
      };
    },
  });
}

async function toSide(connection: Connection, digest: Buffer | null): Promise<ComparedSide> {
  if (digest === null) return { digest: null, document: null };
  const row = await connection('contents')
    .where({ digest })
    .first<{ body: string } | undefined>('body');
  return {
    digest: digest.toString('hex'),
    document: row === undefined ? null : (JSON.parse(row.body) as AssetDocument),
  };
}

async function findPlace(
  connection: Connection,
  { indexId }: PlanKey,
  identity: Readonly<Record<string, string>>,
): Promise<ObjectComparison['place']> {
  if (indexId === null) return null;
  const row = await connection('package_objects')
    .where({ index_id: indexId, ...identity })
    .first<{ shard: number; line: number } | undefined>('shard', 'line');
  return row ?? null;
}
