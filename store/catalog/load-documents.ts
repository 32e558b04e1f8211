import type { Knex } from 'knex';
import { maxLineBytes } from '../../schemas/catalog/asset-document';
import { toFinding, type DocumentFault } from '../../schemas/catalog/document-fault';
import type { LoadResult } from '../../schemas/catalog/load-result';
import { PipelineError } from '../../schemas/pipeline-error';
import type { Database } from '../database/connect';
import type { Caller } from '../people/authenticate';
import { auditedChange } from '../audit/audited';
import { findTenant, type TenantRow } from '../tenants/find-tenant';
import { createSecretsCutter } from './asset-secrets';
import { removeDuplicates } from './find-duplicates';
import { mergeDocuments } from './merge-documents';
import { readDocument, type ReadDocument } from './read-document';
import { splitLines } from './split-lines';
import { analyzeStage, createStage, stageDocuments } from './stage-documents';

/** Faults that come with the error; more are counted, and each one is given to `onFault`. */
export const maxFaultsKept = 100_000;

/** What is loaded, and how. */
export interface LoadDocuments {
  /** The tenant's code. */
  readonly tenant: string;
  /** NDJSON, decompressed. */
  readonly chunks: AsyncIterable<Buffer>;
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

/**
 * Loads asset documents and deletions into a tenant's catalog, all or nothing, in one transaction
 * and bounded memory (RUN-17, RUN-18). Loading the same again writes nothing. Throws
 * `CatalogLinesInvalid` with every fault, `PermissionDenied`, `TenantNotFound`, and `ModeWrong` in
 * maintenance (REL-42).
 */
export async function loadDocuments(
  database: Database,
  caller: Caller,
  options: LoadDocuments,
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
    const faults = collectFaults(options.onFault);
    const lines = await fillStage(trx, { ...options, tenantId: tenant.id, report: faults.report });
    if (faults.badLines() > 0 && options.skipBad !== true) throw toError(faults);
    await lockCatalog(trx, tenant.id);
    const merged = await mergeDocuments(trx, tenant.id);
    const result = complete(merged, { lines, skipped: faults.badLines() });
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

/** Waits until no other load writes to this tenant, and keeps its mode until the end. */
async function lockCatalog(trx: Knex.Transaction, tenantId: number): Promise<void> {
  await trx.raw('select pg_advisory_xact_lock(hashtextextended(?, 0))', [`catalog/${tenantId}`]);
  const tenant = await trx<TenantRow>('tenants').where({ id: tenantId }).forShare().first();
  if (tenant !== undefined) refuseMaintenance(tenant);
}

function refuseMaintenance(tenant: TenantRow): void {
  if (tenant.mode === 'maintenance') {
    throw new PipelineError('ModeWrong', { tenant: tenant.code, mode: tenant.mode });
  }
}

async function fillStage(
  trx: Knex.Transaction,
  options: LoadDocuments & { tenantId: number; report: (fault: DocumentFault) => void },
): Promise<number> {
  const cutSecrets = createSecretsCutter(options);
  let lines = 0;
  async function* read(): AsyncGenerator<ReadDocument[]> {
    for await (const batch of splitLines(options.chunks, maxLineBytes)) {
      const documents: ReadDocument[] = [];
      for (const line of batch) {
        const reading = readDocument(line, cutSecrets);
        if ('document' in reading) documents.push(reading.document);
        else reading.faults.forEach(options.report);
      }
      lines += batch.length;
      options.onProgress?.(lines);
      yield documents;
    }
  }
  await createStage(trx);
  await stageDocuments(trx, read());
  await analyzeStage(trx);
  await removeDuplicates(trx, options.report);
  return lines;
}

interface Faults {
  readonly kept: DocumentFault[];
  readonly report: (fault: DocumentFault) => void;
  badLines(): number;
  total(): number;
}

/** A line's faults come one after another, so that lines are counted without remembering them. */
function collectFaults(onFault: ((fault: DocumentFault) => void) | undefined): Faults {
  const kept: DocumentFault[] = [];
  let total = 0;
  let badLines = 0;
  let lastLine = 0;
  return {
    kept,
    report(fault) {
      total += 1;
      if (fault.line !== lastLine) badLines += 1;
      lastLine = fault.line;
      if (kept.length < maxFaultsKept) kept.push(fault);
      onFault?.(fault);
    },
    badLines: () => badLines,
    total: () => total,
  };
}

function toError(faults: Faults): PipelineError {
  return new PipelineError(
    'CatalogLinesInvalid',
    { badLines: faults.badLines(), faults: faults.total() },
    { findings: [...faults.kept].sort((a, b) => a.line - b.line).map(toFinding) },
  );
}

function complete(
  merged: Awaited<ReturnType<typeof mergeDocuments>>,
  { lines, skipped }: { lines: number; skipped: number },
): LoadResult {
  const { created, changed, deleted, ignoredDeletions } = merged;
  const unchanged = lines - skipped - created - changed - deleted - ignoredDeletions;
  return { lines, unchanged, skipped, ...merged };
}
