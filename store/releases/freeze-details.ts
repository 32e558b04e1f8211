import type { Knex } from 'knex';
import { assetTypes, assetTypeCodes, type AssetType } from '../../schemas/catalog/asset-types';
import type { FrozenDetails } from '../../schemas/releases/frozen-scope';
import type { RequirementCounts } from './freeze-requirements';
import { dialectOf } from './freeze-statements';
import type { Freezing } from './freezing';
import { typesWithSecrets } from './pack-secrets';
import { findScopeWarnings } from './scope-warnings';
import { leftOutCondition } from './scope-query';
import { countDifference } from './select-difference';
import { configurationFilesField } from './shape-document';

/** What freezing has counted on its way. */
interface Counted {
  readonly countsByType: Readonly<Record<string, number>>;
  readonly requirements: RequirementCounts;
  readonly statementCount: number;
}

/** What is to be told about a frozen scope besides its counts: what is cleared, left out, and to be noted. */
export async function collectDetails(freezing: Freezing, counted: Counted): Promise<FrozenDetails> {
  const { release, scope, tenant } = freezing;
  return {
    method: scope.method,
    scope,
    exportSettings: release.export_settings,
    dialect: dialectOf(tenant.engines),
    countsByType: counted.countsByType,
    cleared: await countCleared(freezing),
    leftOutCount: await countLeftOut(freezing),
    requirements: counted.requirements,
    statementCount: counted.statementCount,
    ...(await describeChain(freezing)),
    findings: await findScopeWarnings(freezing),
  };
}

async function describeChain({ trx, base }: Freezing): Promise<Pick<FrozenDetails, 'chain'>> {
  if (base === undefined) return {};
  const { counts } = await countDifference(trx);
  const { packageId: basePackageId, digest: baseDigest, rootScope } = base;
  return {
    chain: { basePackageId, baseDigest, sequence: base.sequence + 1, rootScope, counts },
  };
}

/** Values taken out: configuration files always, secrets and connections where the draft clears them. */
async function countCleared(freezing: Freezing): Promise<FrozenDetails['cleared']> {
  const { trx, condition, release } = freezing;
  const clearing = release.export_settings.connectionInformation;
  const sources = assetTypeCodes.flatMap((type) => {
    const { sourceKind, connectionFields }: AssetType = assetTypes[type];
    if (sourceKind === undefined) return [];
    const connection = clearing[sourceKind] === 'clear' ? (connectionFields ?? []) : [];
    return [...connection, configurationFilesField].map((field) => ({ type, field }));
  });
  const { rows } = await trx.raw<{ rows: { type: string; count: number }[] }>(
    `select type, sum(count)::integer as count from (
       select a.type, count(*) as count from assets a
       where ${condition.sql} and a.sealed_secrets is not null and a.type <> all(:secretTypes) group by a.type
       union all
       select a.type, count(*) from assets a
       join unnest(:sourceTypes::text[], :sourceFields::text[]) as s (type, field) on s.type = a.type
       join contents c on c.id = a.content_id
       where ${condition.sql} and c.body::json -> 'definition' ->> s.field is not null group by a.type
     ) cleared group by type order by type collate "C"`,
    {
      ...condition.values,
      secretTypes: typesWithSecrets(release.export_settings),
      sourceTypes: sources.map((source) => source.type),
      sourceFields: sources.map((source) => source.field),
    } as Record<string, Knex.Value>,
  );
  return rows;
}

async function countLeftOut(freezing: Freezing): Promise<number> {
  const { trx, scope, tenant } = freezing;
  const leftOut = leftOutCondition({ id: tenant.id, timeZone: tenant.time_zone }, scope);
  if (leftOut === undefined) return 0;
  const { rows } = await trx.raw<{ rows: [{ count: number }] }>(
    `select count(*)::integer as count from assets a where ${leftOut.sql}`,
    leftOut.values as Record<string, Knex.Value>,
  );
  return rows[0].count;
}
