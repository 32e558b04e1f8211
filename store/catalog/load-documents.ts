import { maxLineBytes } from '../../schemas/catalog/asset-document';
import type { Database } from '../database/connect';
import type { Caller } from '../people/authenticate';
import { loadLines, type LoadedDocuments, type LoadOptions } from './load-lines';
import { splitLines } from './split-lines';

/** What is loaded, and how. */
export interface LoadDocuments extends LoadOptions {
  /** NDJSON, decompressed. */
  readonly chunks: AsyncIterable<Buffer>;
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
  const source = { batches: splitLines(options.chunks, maxLineBytes) };
  return loadLines(database, caller, { ...options, source });
}
