import type { ImportOptions } from '../../schemas/imports/import-options';
import { PipelineError } from '../../schemas/pipeline-error';
import type { Connection } from '../database/connect';
import { findRun } from '../runs/find-run';
import type { TenantRow } from '../tenants/find-tenant';

/** The import that a run does, as far as its package concerns. */
export interface ReceivedImport {
  readonly id: string;
  readonly tenant_id: number;
  readonly file_name: string;
  readonly object_key: string;
  readonly options: ImportOptions;
  readonly package_digest: Buffer | null;
  readonly size_bytes: number | null;
  readonly index_id: number | null;
}

/** The import of a run with its tenant; throws `RunNotFound` and `ImportNotFound`. */
export async function readReceivedImport(
  connection: Connection,
  runId: string,
): Promise<{ readonly received: ReceivedImport; readonly tenant: TenantRow }> {
  const run = await findRun(connection, runId);
  const received = await connection('imports')
    .where({ id: run.subject, tenant_id: run.tenant_id })
    .first<ReceivedImport | undefined>();
  const tenant = await connection<TenantRow>('tenants').where({ id: run.tenant_id }).first();
  if (received === undefined || tenant === undefined)
    throw new PipelineError('ImportNotFound', { import: run.subject });
  return { received, tenant };
}

/** Notes which file an import has received. */
export async function recordReceived(
  connection: Connection,
  importId: string,
  file: { readonly bytes: number; readonly sha256: string },
): Promise<void> {
  await connection('imports')
    .where({ id: importId })
    .update({ size_bytes: file.bytes, package_digest: Buffer.from(file.sha256, 'hex') });
}
