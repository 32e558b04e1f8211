import { PipelineError } from '../../schemas/pipeline-error';
import type { ExportSettings } from '../../schemas/releases/export-settings';
import type { ReleaseState } from '../../schemas/releases/release-state';
import type { ReleaseMethod } from '../../schemas/releases/scope';
import type { Connection } from '../database/connect';

/** A release as its row says it; `scope` is what was saved, complete or not. */
export interface ReleaseRow {
  readonly id: string;
  readonly tenant_id: number;
  readonly name: string;
  readonly description: string;
  readonly method: ReleaseMethod;
  readonly scope: unknown;
  readonly export_settings: ExportSettings;
  readonly state: ReleaseState;
  readonly attempt: number;
  readonly created_at: Date;
  readonly created_by: string;
  readonly updated_at: Date;
  readonly copied_from: string | null;
  readonly deleted_at: Date | null;
}

/**
 * The release with this id in this tenant; throws `ReleaseNotFound`, also where it belongs to
 * another tenant. `lock` keeps others from changing it until the transaction ends.
 */
export async function findRelease(
  connection: Connection,
  key: { readonly tenantId: number; readonly id: string },
  lock: 'none' | 'update' = 'none',
): Promise<ReleaseRow> {
  const query = connection<ReleaseRow>('releases')
    .where({ id: key.id, tenant_id: key.tenantId })
    .whereNull('deleted_at');
  const row = await (lock === 'update' ? query.forUpdate() : query).first();
  if (row === undefined) throw new PipelineError('ReleaseNotFound', { release: key.id });
  return row;
}
