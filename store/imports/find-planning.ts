import type { Knex } from 'knex';
import type { ImportOptions } from '../../schemas/imports/import-options';
import { PipelineError } from '../../schemas/pipeline-error';
import { findRun } from '../runs/find-run';

/** What planning and applying work with; only valid in its transaction. */
export interface Planning {
  readonly trx: Knex.Transaction;
  readonly runId: string;
  readonly tenantId: number;
  readonly requester: string;
  readonly importId: string;
  readonly kind: 'import' | 'undo';
  /** The import that is to be undone. */
  readonly undoes: string | null;
  readonly options: ImportOptions;
  /** The rows of the package; null for an undo, and where they are not there or not complete. */
  readonly indexId: number | null;
  /** Of package and mapping, hex; empty for an undo. */
  readonly packageDigest: string;
  readonly mappingDigest: string;
}

interface Row {
  readonly id: string;
  readonly kind: 'import' | 'undo';
  readonly undoes: string | null;
  readonly options: ImportOptions;
  readonly index_id: number | null;
  readonly package_digest: Buffer | null;
  readonly mapping_digest: Buffer | null;
  readonly completed_at: Date | null;
}

/** The import that a run is about, with its package. Throws `RunNotFound`, `ImportNotFound`. */
export async function findPlanning(trx: Knex.Transaction, runId: string): Promise<Planning> {
  const run = await findRun(trx, runId);
  const row = await trx('imports')
    .leftJoin('package_indexes', 'package_indexes.id', 'imports.index_id')
    .where({ 'imports.id': run.subject, 'imports.tenant_id': run.tenant_id })
    .first<Row | undefined>(
      'imports.*',
      'package_indexes.package_digest',
      'package_indexes.mapping_digest',
      'package_indexes.completed_at',
    );
  if (row === undefined) throw new PipelineError('ImportNotFound', { import: run.subject });
  return {
    trx,
    runId,
    tenantId: run.tenant_id,
    requester: run.requester,
    importId: row.id,
    kind: row.kind,
    undoes: row.undoes,
    options: row.options,
    indexId: row.completed_at === null ? null : row.index_id,
    packageDigest: row.package_digest?.toString('hex') ?? '',
    mappingDigest: row.mapping_digest?.toString('hex') ?? '',
  };
}

/** Throws `PackageIndexMissing` where an import lacks the rows of its package. */
export function demandIndex({ kind, indexId, importId }: Planning): void {
  if (kind === 'undo' || indexId !== null) return;
  throw new PipelineError('PackageIndexMissing', { import: importId });
}

/** Large joins in memory; just-in-time compilation costs more than it saves. */
export async function prepareForLargePlans(trx: Knex.Transaction): Promise<void> {
  await trx.raw(`set local work_mem = '256MB'; set local jit = off`);
}
