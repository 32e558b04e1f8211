import type { FrozenChain } from '../../schemas/releases/frozen-scope';
import type { PackageManifest } from '../../schemas/releases/manifest';
import type { Connection } from '../database/connect';
import { findRun } from '../runs/find-run';
import type { TenantRow } from '../tenants/find-tenant';
import { findRelease } from './find-release';
import { readFrozenScope } from './frozen-scopes';
import { listFragments, type ShardFragment } from './shard-fragments';

/** The manifest of a run's package, from what was frozen and what was written (REL-24): the same at every call. */
export async function buildManifest(
  connection: Connection,
  runId: string,
): Promise<{ readonly manifest: PackageManifest; readonly fragments: readonly ShardFragment[] }> {
  const run = await findRun(connection, runId);
  const frozen = await readFrozenScope(connection, runId);
  const release = await findRelease(connection, { tenantId: run.tenant_id, id: run.subject });
  const tenant = await connection<TenantRow>('tenants').where({ id: run.tenant_id }).first();
  if (tenant === undefined) throw new Error(`tenant ${run.tenant_id} of a run is gone`);
  const fragments = await listFragments(connection, runId);
  const { details } = frozen;
  const manifest: PackageManifest = {
    formatVersion: 1,
    packageId: frozen.packageId,
    name: release.name,
    description: release.description,
    sourceTenant: { code: tenant.code, name: tenant.name },
    productVersion: tenant.product_version,
    engines: tenant.engines.map((type) => ({ type })),
    engineMode: tenant.engine_mode,
    method: release.method,
    scope: details.scope,
    scopeDigest: frozen.digest,
    createdAt: frozen.frozenAt.toISOString(),
    createdBy: run.requester,
    counts: {
      objects: frozen.objectCount,
      resources: 0,
      statements: details.statementCount,
      byType: details.countsByType,
    },
    entries: fragments.flatMap((fragment) =>
      fragment.entries.map(({ path, bytes, sha256 }) => ({ path, bytes, sha256 })),
    ),
    requirements: { count: frozen.requirementCount },
    settings: {
      connectionInformation: details.exportSettings.connectionInformation,
      authenticationInformation: details.exportSettings.authenticationInformation,
      createTableStatements: details.exportSettings.createTableStatements,
      cleared: [...details.cleared],
    },
    ...(details.chain === undefined ? {} : describeChain(details.chain)),
    ...(details.findings.length === 0 ? {} : { notes: [...details.findings] }),
  };
  return { manifest, fragments };
}

function describeChain({
  baseDigest,
  sequence,
  counts,
}: FrozenChain): Pick<PackageManifest, 'chain' | 'deletions'> {
  return {
    chain: { baseDigest, sequence },
    ...(counts.deleted === 0 ? {} : { deletions: { count: counts.deleted } }),
  };
}
