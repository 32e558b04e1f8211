import type { MappingSummary } from '../../schemas/mappings/mapping-view';
import type { Connection } from '../database/connect';
import { summaryColumns, toMappingSummary, type MappingSummaryRow } from './read-mapping';

/** The latest version of each of a tenant's mappings, by source (RUN-25). */
export async function listMappings(
  connection: Connection,
  tenantId: number,
): Promise<MappingSummary[]> {
  const rows = await connection('mappings')
    .distinctOn('source')
    .where({ tenant_id: tenantId })
    .orderBy([{ column: 'source' }, { column: 'version', order: 'desc' }])
    .select<MappingSummaryRow[]>(...summaryColumns);
  return rows.map(toMappingSummary);
}
