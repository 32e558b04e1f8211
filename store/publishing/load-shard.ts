import type { PublishChange } from '../../schemas/publishing/publish-status';
import { PipelineError } from '../../schemas/pipeline-error';
import type { Connection } from '../database/connect';
import { findRun, type RunWithContext } from '../runs/find-run';

/** An object that a shard publishes: its pinned version, and where it stands in the order. */
export interface ShardObject {
  readonly number: number;
  readonly asset_id: number;
  readonly change_type: PublishChange;
  readonly version: number;
  readonly component: number;
  readonly status: 'waiting' | 'succeeded' | 'succeeded with risks' | 'failed';
  readonly type: string;
  readonly project: string;
  readonly code: string;
  readonly byte_count: number;
}

/** That an object needs another one, which failed or is of the same shard. */
export interface ShardNeed {
  readonly number: number;
  readonly needs: number;
  /** True where the other one is in this shard and not decided yet. */
  readonly inShard: boolean;
  readonly type: string;
  readonly project: string;
  readonly code: string;
}

/** What one shard of a publish run has to do; objects in their order. */
export interface LoadedShard {
  readonly run: RunWithContext;
  readonly shard: number;
  readonly objects: readonly ShardObject[];
  readonly needs: readonly ShardNeed[];
  /** True where an earlier attempt has decided all of it. */
  readonly isDone: boolean;
}

/** Reads a shard; throws `InternalError` where what it needs is not decided yet. */
export async function loadShard(
  connection: Connection,
  { runId, shard }: { readonly runId: string; readonly shard: number },
): Promise<LoadedShard> {
  const run = await findRun(connection, runId);
  const { rows: objects } = await connection.raw<{ rows: ShardObject[] }>(
    `select o.number, o.asset_id, o.change_type, o.version, o.component, o.status,
       a.type, a.project, a.code, coalesce(c.byte_count, 0) as byte_count
     from publish_run_objects o
     join assets a on a.id = o.asset_id
     join asset_versions v on v.asset_id = o.asset_id and v.version = o.version
     left join contents c on c.id = v.content_id
     where o.run_id = :runId and o.shard = :shard
     order by o.wave, o.component, o.number`,
    { runId, shard },
  );
  const { rows } = await connection.raw<{
    rows: (Omit<ShardNeed, 'inShard'> & { status: string; shard: number })[];
  }>(
    `select e.number, e.needs, other.status, other.shard, a.type, a.project, a.code
     from publish_run_objects o
     join publish_run_edges e on e.run_id = o.run_id and e.number = o.number
     join publish_run_objects other on other.run_id = e.run_id and other.number = e.needs
     join assets a on a.id = other.asset_id
     where o.run_id = :runId and o.shard = :shard and other.status in ('waiting', 'failed')
     order by e.number, e.needs`,
    { runId, shard },
  );
  const early = rows.find((need) => need.status === 'waiting' && need.shard !== shard);
  if (early !== undefined)
    throw new PipelineError('InternalError', { run: runId, shard, undecided: early.needs });
  const needs = rows.map(({ status, shard: its, ...need }) => ({
    ...need,
    inShard: status === 'waiting' && its === shard,
  }));
  return {
    run,
    shard,
    objects,
    needs,
    isDone: objects.every(({ status }) => status !== 'waiting'),
  };
}
