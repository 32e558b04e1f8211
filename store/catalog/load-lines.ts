import type { Knex } from 'knex';
import type { DocumentFault } from '../../schemas/catalog/document-fault';
import type { LoadResult } from '../../schemas/catalog/load-result';
import { PipelineError } from '../../schemas/pipeline-error';
import { auditedChange } from '../audit/audited';
import type { Database } from '../database/connect';
import type { Caller } from '../people/authenticate';
import { findTenant, type TenantRow } from '../tenants/find-tenant';
import { collectFaults } from './collect-faults';
import { lockCatalog } from './lock-catalog';
import { mergeDocuments, type MergeResult } from './merge-documents';
import type { RawLine } from './split-lines';
import { openStage, type SourceLine } from './stage-lines';

/** What every load is told, whatever it reads. */
export interface LoadOptions {
  /** The tenant's code. */
  readonly tenant: string;
  readonly encryptionKey: Uint8Array;
  /** Leaves bad lines out instead of loading nothing. @default false */
  readonly skipBad?: boolean;
  /** Named in the audit log. */
  readonly sourceName?: string;
  readonly onProgress?: (lines: number) => void;
  readonly onFault?: (fault: DocumentFault) => void;
}

/** What came of it; the faults are those of the lines left out. */
export interface LoadedDocuments {
  readonly result: LoadResult;
  readonly faults: readonly DocumentFault[];
}

/** What of a load depends on what it reads. */
export interface LineSource {
  readonly batches: AsyncIterable<readonly SourceLine[]>;
  /** Says in a fault where it is, where a line number says little. */
  readonly locate?: (fault: DocumentFault) => DocumentFault;
  /** Lines to be staged as well, under the tenant's catalog lock. */
  readonly moreLines?: (trx: Knex.Transaction, tenantId: number) => Promise<readonly RawLine[]>;
  /** Changes the stage when all lines are in it. */
  readonly beforeMerge?: (trx: Knex.Transaction, tenantId: number) => Promise<void>;
  /** Runs before the transaction ends; what it gives is added to the result. */
  readonly afterMerge?: (trx: Knex.Transaction, tenantId: number) => Promise<Partial<LoadResult>>;
}

/**
 * Loads lines into a tenant's catalog, all or nothing, in one transaction. Throws
 * `CatalogLinesInvalid` with every fault, `PermissionDenied`, `TenantNotFound`, and `ModeWrong` in
 * maintenance (REL-42).
 */
export async function loadLines(
  database: Database,
  caller: Caller,
  options: LoadOptions & { readonly source: LineSource },
): Promise<LoadedDocuments> {
  const tenant = await findTenant(database, options.tenant);
  const attempt = {
    caller,
    tenantId: tenant.id,
    action: 'catalog.load',
    object: `catalog/${tenant.code}`,
    details: { source: options.sourceName ?? 'stream' },
  } as const;
  const loaded = await auditedChange(database, attempt, async (trx, note) => {
    refuseMaintenance(tenant);
    const faults = collectFaults({ locate: options.source.locate, onFault: options.onFault });
    const stage = openStage(trx, { ...options, tenantId: tenant.id, report: faults.report });
    const lines = await stage.fill(options.source.batches, options.onProgress);
    if (faults.badLines() > 0 && options.skipBad !== true) throw faults.toError();
    await lockForMerge(trx, tenant.id);
    const more = (await options.source.moreLines?.(trx, tenant.id)) ?? [];
    if (more.length > 0) await stage.add(more);
    await options.source.beforeMerge?.(trx, tenant.id);
    const merged = await mergeDocuments(trx, tenant.id);
    const also = await options.source.afterMerge?.(trx, tenant.id);
    const counts = { lines, skipped: faults.badLines(), documents: stage.documents };
    const result = { ...complete(merged, counts), ...also };
    note({ ...result, byType: undefined });
    return { result, faults: faults.kept };
  });
  await refreshStatistics(database, loaded.result);
  return loaded;
}

const manyChanges = 1000;

/** Or the planner goes on believing that the tenant is small until autovacuum comes by. */
async function refreshStatistics(database: Database, result: LoadResult): Promise<void> {
  if (result.created + result.changed + result.deleted < manyChanges) return;
  // A sample of 3,000 rows a table tells enough. The load is done: no matter where this fails.
  await database
    .transaction((trx) =>
      trx.raw(`
        set local default_statistics_target = 10;
        analyze assets, asset_versions, contents (id, digest), content_references`),
    )
    .catch(() => undefined);
}

/** The mode may have changed while the lines came in; from here on it does not. */
async function lockForMerge(trx: Knex.Transaction, tenantId: number): Promise<void> {
  await lockCatalog(trx, tenantId);
  const tenant = await trx<TenantRow>('tenants').where({ id: tenantId }).first();
  if (tenant !== undefined) refuseMaintenance(tenant);
}

function refuseMaintenance(tenant: TenantRow): void {
  if (tenant.mode === 'maintenance') {
    throw new PipelineError('ModeWrong', { tenant: tenant.code, mode: tenant.mode });
  }
}

interface Counts {
  readonly lines: number;
  readonly skipped: number;
  readonly documents: ReadonlyMap<string, number>;
}

/** What the merge did not write was the same as before. */
function complete(merged: MergeResult, { lines, skipped, documents }: Counts): LoadResult {
  const byType: Record<string, LoadResult['byType'][string]> = {};
  let unchanged = 0;
  for (const type of [...new Set([...documents.keys(), ...Object.keys(merged.byType)])].sort()) {
    const changes = merged.byType[type] ?? { created: 0, changed: 0, deleted: 0 };
    const same = (documents.get(type) ?? 0) - changes.created - changes.changed;
    byType[type] = { ...changes, unchanged: same };
    unchanged += same;
  }
  return { lines, skipped, ...merged, unchanged, byType };
}
