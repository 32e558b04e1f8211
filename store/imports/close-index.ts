import type { Knex } from 'knex';
import { importFinding } from '../../schemas/imports/import-findings';
import type { EntryEdges } from '../../schemas/imports/package-shard';
import { PipelineError } from '../../schemas/pipeline-error';
import type { PackageManifest } from '../../schemas/releases/manifest';
import type { Finding } from '../../schemas/runs/finding';
import type { Database } from '../database/connect';
import { refreshStatistics } from '../database/refresh-statistics';
import { listIndexFindings } from './index-findings';

/** The manifest as an index keeps it. */
export type IndexedManifest = Omit<PackageManifest, 'entries'>;

/** What was found in all shards together, from their edges: pure, in `activities`. */
export type JudgeEdges = (manifest: IndexedManifest, edges: readonly EntryEdges[]) => Finding[];

interface IndexRow {
  readonly manifest: IndexedManifest;
  readonly is_mapped: boolean;
  readonly completed_at: Date | null;
  readonly refused_at: Date | null;
}

const namedAtMost = 100;

/**
 * Completes the index of a package whose shards are all written down, or refuses it: then its rows
 * go, its findings stay. Gives the findings of all, up to 100; closing again gives the same. Throws
 * `PackageIndexMissing` where the index or a shard is not there.
 */
export async function closePackageIndex(
  database: Database,
  indexId: number,
  judge: JudgeEdges,
): Promise<Finding[]> {
  const isNew = await database.transaction(async (trx) => {
    const index = await trx('package_indexes')
      .where({ id: indexId })
      .forUpdate()
      .first<IndexRow | undefined>(
        ...(['manifest', 'completed_at', 'refused_at'] as const),
        trx.raw(`mapping_digest <> '' as is_mapped`),
      );
    if (index === undefined) throw new PipelineError('PackageIndexMissing', { index: indexId });
    if (index.completed_at !== null || index.refused_at !== null) return false;
    const edges = await readEdges(trx, indexId);
    await keepFindings(trx, indexId, [
      ...judge(index.manifest, edges),
      ...(await findTwice(trx, indexId, index)),
    ]);
    const refused = await isRefused(trx, indexId);
    if (refused) {
      await trx('package_objects').where({ index_id: indexId }).delete();
      await trx('package_requirements').where({ index_id: indexId }).delete();
    } else if (index.is_mapped) await removeMet(trx, indexId);
    await trx('package_indexes')
      .where({ id: indexId })
      .update(refused ? { refused_at: trx.fn.now() } : { completed_at: trx.fn.now() });
    return !refused;
  });
  if (isNew)
    await refreshStatistics(database, [
      'package_objects (index_id, shard, type, project, code, digest)',
    ]);
  return listIndexFindings(database, indexId);
}

async function readEdges(trx: Knex.Transaction, indexId: number): Promise<EntryEdges[]> {
  const rows = await trx('package_shards')
    .where({ index_id: indexId })
    .orderBy('number')
    .select<{ number: number; edges: EntryEdges[]; indexed_at: Date | null }[]>(
      'number',
      'edges',
      'indexed_at',
    );
  const missing = rows.find((row) => row.indexed_at === null);
  if (missing !== undefined)
    throw new PipelineError('PackageIndexMissing', { index: indexId, shard: missing.number });
  return rows.flatMap((row) => row.edges);
}

/** They are about no one shard: the first keeps them. */
async function keepFindings(
  trx: Knex.Transaction,
  indexId: number,
  findings: readonly Finding[],
): Promise<void> {
  if (findings.length === 0) return;
  await trx('package_shards')
    .where({ index_id: indexId, number: 1 })
    .update({ findings: trx.raw('findings || ?::jsonb', [JSON.stringify(findings)]) });
}

async function isRefused(trx: Knex.Transaction, indexId: number): Promise<boolean> {
  const { rows } = await trx.raw<{ rows: unknown[] }>(
    `select 1 from package_shards cross join lateral jsonb_array_elements(findings) finding
     where index_id = ? and finding->>'severity' = 'error' and not (finding->>'overridable')::boolean
     limit 1`,
    [indexId],
  );
  return rows.length > 0;
}

/**
 * Sorted lines cannot be there twice, which the edges show; but a mapping may bring two names
 * together, and an object may be both held and deleted.
 */
async function findTwice(
  trx: Knex.Transaction,
  indexId: number,
  index: IndexRow,
): Promise<Finding[]> {
  if (!index.is_mapped && index.manifest.deletions === undefined) return [];
  const { rows } = await trx.raw<{
    rows: { type: string; project: string; code: string; deletions: number }[];
  }>(
    `select type, project, code, count(*) filter (where digest is null) as deletions
     from package_objects where index_id = ?
     group by type, project, code having count(*) > 1
     order by type, project, code limit ?`,
    [indexId, namedAtMost],
  );
  return rows.map(({ type, project, code, deletions }) =>
    importFinding(deletions > 0 ? 'DeletedAndPresent' : 'MappingMeets', {
      object: { type, project: project === '' ? null : project, code },
    }),
  );
}

/** What a mapping leads to an object of the package itself is no requirement. */
async function removeMet(trx: Knex.Transaction, indexId: number): Promise<void> {
  await trx.raw(
    `delete from package_requirements r where r.index_id = :indexId and exists (
       select from package_objects o where o.index_id = :indexId and o.digest is not null
         and o.project = r.project and o.code = r.code
         and o.type = any(case when r.type = '' then
           (select array_agg(distinct type) from package_shards
             where index_id = :indexId and type is not null) else array[r.type] end))`,
    { indexId },
  );
}
