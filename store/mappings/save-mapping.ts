import type { Knex } from 'knex';
import { canonicalize, sha256Hex } from '../../archive/canonical-json';
import type { MappingRule } from '../../schemas/mappings/mapping-rules';
import type { Mapping, MappingSaved, MappingSummary } from '../../schemas/mappings/mapping-view';
import { PipelineError } from '../../schemas/pipeline-error';
import { auditedChange } from '../audit/audited';
import type { Database } from '../database/connect';
import type { Caller } from '../people/authenticate';
import type { TenantRow } from '../tenants/find-tenant';
import { countRuleChanges } from './mapping-history';
import {
  readMapping,
  summaryColumns,
  toMappingSummary,
  type MappingSummaryRow,
} from './read-mapping';

/** The rules of a mapping, checked and in their order, and the version they are based on. */
export interface MappingChange {
  readonly tenant: Pick<TenantRow, 'id' | 'code'>;
  readonly source: string;
  readonly rules: readonly MappingRule[];
  /** 0 for none; undefined saves whatever the latest is. */
  readonly expectedVersion?: number | undefined;
}

/**
 * Makes a new version of a mapping, unless the latest has these rules already (RUN-25). Throws
 * `PermissionDenied`, and `MappingMoved` where another version than the expected one is the latest.
 */
export async function saveMapping(
  database: Database,
  caller: Caller,
  { tenant, source, rules, expectedVersion }: MappingChange,
): Promise<MappingSaved> {
  const object = `tenant/${tenant.code}/mapping/${source}`;
  const attempt = { caller, tenantId: tenant.id, action: 'mapping.edit', object } as const;
  return auditedChange(database, attempt, async (trx, note) => {
    // Whoever saves for the same tenant waits here, so that versions have no gap and no double.
    await trx('tenants').where({ id: tenant.id }).forNoKeyUpdate().first('id');
    const latest = await readMapping(trx, { tenantId: tenant.id, source });
    const version = latest?.version ?? 0;
    if (expectedVersion !== undefined && expectedVersion !== version)
      throw new PipelineError('MappingMoved', { source, expectedVersion, latestVersion: version });
    const digest = mappingDigest(rules);
    if (latest?.digest === digest) {
      note({ version, changed: false });
      return { ...withoutRules(latest), changed: false };
    }
    const row = await insertVersion(trx, {
      ...{ tenant_id: tenant.id, source, version: version + 1, created_by: caller.name },
      ...{ rules: JSON.stringify(rules), rule_count: rules.length },
      digest: Buffer.from(digest, 'hex'),
    });
    note({ version: row.version, ...countRuleChanges(latest?.rules ?? [], rules) });
    return { ...toMappingSummary(row), changed: true };
  });
}

function withoutRules({ rules, ...summary }: Mapping): MappingSummary {
  return { ...summary, ruleCount: rules.length };
}

/** SHA-256 in hex of the rules in their order; of equal rules it is equal, for any source and tenant. */
function mappingDigest(rules: readonly MappingRule[]): string {
  return sha256Hex(canonicalize(rules));
}

async function insertVersion(
  trx: Knex.Transaction,
  version: Readonly<Record<string, unknown>>,
): Promise<MappingSummaryRow> {
  const [row] = await trx('mappings')
    .insert(version)
    .returning<MappingSummaryRow[]>([...summaryColumns]);
  if (row === undefined) throw new PipelineError('InternalError', { missing: 'mapping version' });
  return row;
}
