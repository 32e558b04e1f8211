import { PipelineError } from '../../schemas/pipeline-error';
import type { ShardPortion } from '../../schemas/activities';
import type {
  FrozenDetails,
  FrozenScope,
  FrozenShard,
  ShardKind,
} from '../../schemas/releases/frozen-scope';
import type { Connection } from '../database/connect';

interface ScopeRow {
  readonly run_id: string;
  readonly release_id: string;
  readonly package_id: string;
  readonly digest: Buffer;
  readonly salt: Buffer;
  readonly frozen_at: Date;
  readonly object_count: number;
  readonly byte_count: number;
  readonly requirement_count: number;
  readonly details: FrozenDetails;
}

interface ShardRow {
  readonly number: number;
  readonly kind: ShardKind;
  readonly type: string | null;
  readonly path: string;
  readonly object_count: number;
  readonly byte_count: number;
  readonly digest: Buffer;
}

const shardColumns = [
  'number',
  'kind',
  'type',
  'path',
  'object_count',
  'byte_count',
  'digest',
] satisfies (keyof ShardRow)[];

/** The frozen scope of a run, or undefined while there is none. */
export async function findFrozenScope(
  connection: Connection,
  runId: string,
): Promise<FrozenScope | undefined> {
  const row = await connection<ScopeRow>('frozen_scopes').where({ run_id: runId }).first();
  if (row === undefined) return undefined;
  const count = await connection('frozen_shards')
    .where({ run_id: runId })
    .count<{ count: number }[]>({ count: '*' });
  return {
    runId: row.run_id,
    releaseId: row.release_id,
    digest: row.digest.toString('hex'),
    packageId: row.package_id,
    frozenAt: row.frozen_at,
    objectCount: row.object_count,
    byteCount: row.byte_count,
    shardCount: count[0]?.count ?? 0,
    requirementCount: row.requirement_count,
    details: row.details,
  };
}

/** The frozen scope of a run; throws `FrozenScopeMissing`. */
export async function readFrozenScope(connection: Connection, runId: string): Promise<FrozenScope> {
  const frozen = await findFrozenScope(connection, runId);
  if (frozen === undefined) throw new PipelineError('FrozenScopeMissing', { run: runId });
  return frozen;
}

/** What freezing found out; throws `FrozenScopeMissing`. */
export async function readFrozenDetails(
  connection: Connection,
  runId: string,
): Promise<FrozenDetails> {
  const row = await connection('frozen_scopes')
    .where({ run_id: runId })
    .first<Pick<ScopeRow, 'details'> | undefined>('details');
  if (row === undefined) throw new PipelineError('FrozenScopeMissing', { run: runId });
  return row.details;
}

/** The shards of a run in the order of their numbers, which is the byte order of their paths. */
export async function listShards(connection: Connection, runId: string): Promise<FrozenShard[]> {
  const rows = await connection('frozen_shards')
    .where({ run_id: runId })
    .orderBy('number')
    .select<ShardRow[]>(shardColumns);
  return rows.map(toShard);
}

/** One shard of a run; throws `FrozenScopeMissing` where the run has none of this number. */
export async function readShard(
  connection: Connection,
  key: { readonly runId: string; readonly number: number },
): Promise<FrozenShard> {
  const row = await connection('frozen_shards')
    .where({ run_id: key.runId, number: key.number })
    .first<ShardRow | undefined>(shardColumns);
  if (row === undefined) {
    throw new PipelineError('FrozenScopeMissing', { run: key.runId, shard: key.number });
  }
  return toShard(row);
}

/** The shards of a portion, and which of them are written already; throws `FrozenScopeMissing` where one is not there. */
export async function readShards(
  connection: Connection,
  { runId, first, last }: ShardPortion & { readonly runId: string },
): Promise<{ readonly shard: FrozenShard; readonly isCollected: boolean }[]> {
  const rows = await connection('frozen_shards')
    .where({ run_id: runId })
    .whereBetween('number', [first, last])
    .orderBy('number')
    .select<(ShardRow & { readonly is_collected: boolean })[]>(
      ...shardColumns,
      connection.raw('fragment is not null as is_collected'),
    );
  if (rows.length !== last - first + 1) {
    throw new PipelineError('FrozenScopeMissing', { run: runId, shard: first });
  }
  return rows.map((row) => ({ shard: toShard(row), isCollected: row.is_collected }));
}

function toShard(row: ShardRow): FrozenShard {
  return {
    number: row.number,
    kind: row.kind,
    type: row.type,
    path: row.path,
    objectCount: row.object_count,
    byteCount: row.byte_count,
    digest: row.digest.toString('hex'),
  };
}
