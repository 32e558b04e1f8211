import type { Connection } from '../database/connect';

/** The finished ZIP that a shard was written to; sizes in bytes, digests in hex. */
export interface ShardFragment {
  readonly key: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly entries: readonly {
    readonly path: string;
    readonly bytes: number;
    readonly sha256: string;
    readonly compressedBytes: number;
    readonly crc32: number;
  }[];
}

interface ShardKey {
  readonly runId: string;
  readonly number: number;
}

/** Records a shard as done; of two writers the first is kept. Gives the one that counts. */
export async function recordFragment(
  connection: Connection,
  { runId, number }: ShardKey,
  fragment: ShardFragment,
): Promise<ShardFragment> {
  const recorded = await connection('frozen_shards')
    .where({ run_id: runId, number })
    .whereNull('fragment')
    .update({ fragment: JSON.stringify(fragment) });
  if (recorded === 1) return fragment;
  const first = await connection('frozen_shards')
    .where({ run_id: runId, number })
    .first<{ fragment: ShardFragment | null } | undefined>('fragment');
  return first?.fragment ?? fragment;
}

/** The fragments of a run in the order of their shards; a shard that is not written is left out. */
export async function listFragments(
  connection: Connection,
  runId: string,
): Promise<ShardFragment[]> {
  const rows = await connection('frozen_shards')
    .where({ run_id: runId })
    .whereNotNull('fragment')
    .orderBy('number')
    .select<{ fragment: ShardFragment }[]>('fragment');
  return rows.map((row) => row.fragment);
}
