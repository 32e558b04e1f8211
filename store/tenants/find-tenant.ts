import { PipelineError } from '../../schemas/pipeline-error';
import type { Connection } from '../database/connect';

/** A tenant as its row says it (REL-1). */
export interface TenantRow {
  readonly id: number;
  readonly code: string;
  readonly name: string;
  readonly time_zone: string;
  readonly product_version: string;
  readonly engines: string[];
  readonly engine_mode: 'single' | 'multi';
  readonly features: string[];
  readonly mode: 'normal' | 'maintenance' | 'cross-tenant-publishing';
  readonly created_at: Date;
}

/** The tenant with this code; throws `TenantNotFound`. */
export async function findTenant(connection: Connection, code: string): Promise<TenantRow> {
  const row = await connection<TenantRow>('tenants').where({ code }).first();
  if (row === undefined) throw new PipelineError('TenantNotFound', { tenant: code });
  return row;
}
