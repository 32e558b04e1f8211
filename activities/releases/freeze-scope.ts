import type { ControlActivities } from '../../schemas/activities';
import { isPipelineError } from '../../schemas/pipeline-error';
import { freezeScope } from '../../store/releases/freeze-scope';
import { listShards } from '../../store/releases/frozen-scopes';
import { toShardPortions } from '../../store/releases/shard-portions';
import type { Dependencies } from '../dependencies';

const scopeFaults = [
  'ScopeEmpty',
  'NothingChanged',
  'TooManyStatements',
  'ObjectsNotFound',
  'DraftInvalid',
] as const;
const empty = { digest: '', packageId: '', objectCount: 0, byteCount: 0, shardCount: 0 };

/** Selects the objects and pins their content (REL-18). Twice: the first scope is given again. */
export function freezeScopeActivity({ database }: Dependencies): ControlActivities['freezeScope'] {
  return async ({ runId }) => {
    try {
      const { digest, packageId, objectCount, byteCount, shardCount } = await freezeScope(
        database,
        { runId },
      );
      const portions = toShardPortions(await listShards(database, runId));
      return { digest, packageId, objectCount, byteCount, shardCount, portions, findings: [] };
    } catch (error) {
      const code = scopeFaults.find((fault) => isPipelineError(error, fault));
      if (code === undefined || !isPipelineError(error)) throw error;
      const { message: reason, fix, findings } = error;
      const own = { code, severity: 'error', reason, fix, overridable: false } as const;
      return { ...empty, findings: findings.length > 0 ? findings.slice(0, 100) : [own] };
    }
  };
}
