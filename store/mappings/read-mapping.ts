import type { MappingRule } from '../../schemas/mappings/mapping-rules';
import type { Mapping, MappingSummary } from '../../schemas/mappings/mapping-view';
import type { Connection } from '../database/connect';

/** A version of a mapping as its row says it, without the rules. */
export interface MappingSummaryRow {
  readonly source: string;
  readonly version: number;
  readonly rule_count: number;
  readonly digest: Buffer;
  readonly created_by: string;
  readonly created_at: Date;
}

/** A version of a mapping as its row says it. */
export interface MappingRow extends MappingSummaryRow {
  readonly rules: MappingRule[];
}

export const summaryColumns = [
  'source',
  'version',
  'rule_count',
  'digest',
  'created_by',
  'created_at',
] as const;

/** The latest version of a tenant's mapping for packages of `source`, or the one that is named; undefined where there is none (RUN-25). */
export async function readMapping(
  connection: Connection,
  ref: {
    readonly tenantId: number;
    readonly source: string;
    readonly version?: number | undefined;
  },
): Promise<Mapping | undefined> {
  const row = await connection('mappings')
    .where({ tenant_id: ref.tenantId, source: ref.source })
    .modify((query) => {
      if (ref.version !== undefined) void query.where('version', ref.version);
    })
    .orderBy('version', 'desc')
    .first<MappingRow | undefined>(...summaryColumns, 'rules');
  return row === undefined ? undefined : { ...toMappingSummary(row), rules: row.rules };
}

/** The row as people and programs see it. */
export function toMappingSummary(row: MappingSummaryRow): MappingSummary {
  return {
    source: row.source,
    version: row.version,
    ruleCount: row.rule_count,
    digest: row.digest.toString('hex'),
    createdBy: row.created_by,
    createdAt: row.created_at.toISOString(),
  };
}
