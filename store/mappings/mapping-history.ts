import { fromKey, type MappingRule } from '../../schemas/mappings/mapping-rules';
import type { MappingVersion } from '../../schemas/mappings/mapping-view';
import { canonicalize } from '../../archive/canonical-json';
import type { Connection } from '../database/connect';
import { summaryColumns, toMappingSummary, type MappingRow } from './read-mapping';

/** Which versions of which mapping: the latest below `before`, at most `limit`. */
export interface MappingHistoryRequest {
  readonly tenantId: number;
  readonly source: string;
  readonly limit: number;
  readonly before?: number | undefined;
}

/** Versions of a mapping, latest first, with what each changed (RUN-25). */
export async function readMappingHistory(
  connection: Connection,
  { tenantId, source, limit, before }: MappingHistoryRequest,
): Promise<MappingVersion[]> {
  const rows = await connection('mappings')
    .where({ tenant_id: tenantId, source })
    .modify((query) => {
      if (before !== undefined) void query.where('version', '<', before);
    })
    .orderBy('version', 'desc')
    .limit(limit + 1)
    .select<MappingRow[]>(...summaryColumns, 'rules');
  return rows.slice(0, limit).map((row, index) => ({
    ...toMappingSummary(row),
    ...countRuleChanges(rows[index + 1]?.rules ?? [], row.rules),
  }));
}

/** How many rules differ between two versions. */
export function countRuleChanges(
  before: readonly MappingRule[],
  after: readonly MappingRule[],
): { readonly added: number; readonly changed: number; readonly removed: number } {
  const old = new Map(before.map((rule) => [fromKey(rule), canonicalize(rule)]));
  const kept = after.filter((rule) => old.has(fromKey(rule)));
  const changed = kept.filter((rule) => old.get(fromKey(rule)) !== canonicalize(rule));
  return {
    added: after.length - kept.length,
    changed: changed.length,
    removed: before.length - kept.length,
  };
}
