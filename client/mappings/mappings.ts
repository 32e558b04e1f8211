import { z } from 'zod';
import {
  MappingHistoryQuery,
  MappingInput,
  MappingRef,
  MappingSuggestionQuery,
} from '../../schemas/mappings/mapping-inputs';
import type { MappingRuleInput } from '../../schemas/mappings/mapping-rules';
import type {
  Mapping,
  MappingSaved,
  MappingSuggestions,
  MappingSummary,
  MappingVersion,
} from '../../schemas/mappings/mapping-view';
import { parseInput } from '../../schemas/parse-input';
import { PipelineError } from '../../schemas/pipeline-error';
import { TenantCode } from '../../schemas/tenants/tenant';
import { guardedRead } from '../../store/audit/audited';
import type { Connection } from '../../store/database/connect';
import { listMappings } from '../../store/mappings/list-mappings';
import { readMappingHistory } from '../../store/mappings/mapping-history';
import { readMapping } from '../../store/mappings/read-mapping';
import { saveMapping } from '../../store/mappings/save-mapping';
import { suggestForImport } from '../../store/mappings/suggest-for-import';
import { findTenant } from '../../store/tenants/find-tenant';
import type { ClientContext } from '../context';

/** A new version of a mapping: all its rules, not only those that change. */
export type MappingSave = Omit<z.input<typeof MappingInput>, 'rules'> & {
  readonly rules: readonly MappingRuleInput[];
};

/**
 * Mappings of names from a source tenant to a target tenant, which imports apply (RUN-25). `tenant` is
 * the target. Every method throws `Unauthenticated`, `PermissionDenied`, `TenantNotFound`, and
 * `InvalidInput` with a finding per fault.
 */
export interface Mappings {
  /**
   * The latest version of each mapping of the tenant, by source.
   *
   * @example const sources = (await gantry.mappings.list({ tenant: 'retail' })).map((one) => one.source);
   */
  list(input: { readonly tenant: string }): Promise<MappingSummary[]>;
  /**
   * The latest version with its rules, or the one that is named. Throws `MappingNotFound`.
   *
   * @example const { rules } = await gantry.mappings.show({ tenant: 'retail', source: 'retail-dev' });
   */
  show(ref: z.input<typeof MappingRef>): Promise<Mapping>;
  /**
   * Makes a new version, unless the latest has these rules already (`changed` is false then); needs a
   * super or system administrator or a release user. Up to 10,000 rules. With `expectedVersion` (0:
   * none yet) it throws `MappingMoved` where another version is the latest.
   *
   * @example
   * await gantry.mappings.save({
   *   tenant: 'retail',
   *   source: 'retail-dev',
   *   rules: [
   *     { kind: 'project', from: 'retail_dev', to: 'retail_prod' },
   *     { kind: 'data_source', from: { code: 'pg_dev' }, to: { code: 'pg_prod' } },
   *   ],
   *   expectedVersion: 0,
   * });
   */
  save(input: MappingSave): Promise<MappingSaved>;
  /**
   * Versions, latest first, with how many rules each changed; the next page is `before` the last one.
   *
   * @example
   * const versions = await gantry.mappings.history({ tenant: 'retail', source: 'retail-dev', limit: 20 });
   */
  history(query: z.input<typeof MappingHistoryQuery>): Promise<MappingVersion[]>;
  /**
   * The names that the latest plan of an import lacks here, the most referred to first, each with up
   * to five objects that it may mean and the rule that leads there; what has an equal name is not
   * asked. Throws `ImportNotFound` and `ImportNotPlanned`.
   *
   * @example
   * const { suggestions } = await gantry.mappings.suggest({ tenant: 'retail', import: id });
   * const rules = suggestions.flatMap(({ candidates }) => candidates.slice(0, 1).map(({ rule }) => rule));
   */
  suggest(query: z.input<typeof MappingSuggestionQuery>): Promise<MappingSuggestions>;
}

const TenantRef = z.strictObject({ tenant: TenantCode });

/** The mappings part of the client. */
export function createMappings(context: ClientContext): Mappings {
  const { database } = context;
  return {
    async list(given) {
      return readMappings(context, parseInput(TenantRef, given), listMappings);
    },
    async show(given) {
      const ref = parseInput(MappingRef, given);
      return readMappings(context, ref, async (connection, tenantId) => {
        const mapping = await readMapping(connection, { ...ref, tenantId });
        if (mapping !== undefined) return mapping;
        const { source, version } = ref;
        throw new PipelineError('MappingNotFound', { source, version });
      });
    },
    async save(given) {
      const { tenant, ...change } = parseInput(MappingInput, given);
      const caller = await context.caller();
      return saveMapping(database, caller, {
        ...change,
        tenant: await findTenant(database, tenant),
      });
    },
    async history(given) {
      const query = parseInput(MappingHistoryQuery, given);
      return readMappings(context, query, (connection, tenantId) =>
        readMappingHistory(connection, { ...query, tenantId }),
      );
    },
    async suggest(given) {
      const query = parseInput(MappingSuggestionQuery, given);
      return readMappings(context, query, (connection, tenantId) =>
        suggestForImport(connection, { tenantId, importId: query.import, limit: query.limit }),
      );
    },
  };
}

async function readMappings<T>(
  context: ClientContext,
  ref: { readonly tenant: string; readonly source?: string },
  read: (connection: Connection, tenantId: number) => Promise<T>,
): Promise<T> {
  const caller = await context.caller();
  const { id, code } = await findTenant(context.database, ref.tenant);
  const object = `tenant/${code}/mapping${ref.source === undefined ? '' : `/${ref.source}`}`;
  return guardedRead(
    context.database,
    { caller, tenantId: id, action: 'mapping.read', object },
    (connection) => read(connection, id),
  );
}
