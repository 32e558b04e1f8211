import { randomBytes } from 'node:crypto';
import type { Knex } from 'knex';
import { canonicalize, sha256Hex } from '../../archive/canonical-json';
import { PipelineError } from '../../schemas/pipeline-error';
import type { FrozenDetails, FrozenScope, FrozenShard } from '../../schemas/releases/frozen-scope';
import { isChain } from '../../schemas/releases/scope';
import type { Database } from '../database/connect';
import type { TenantRow } from '../tenants/find-tenant';
import { demandBase } from './find-base';
import { freezeDeletions, markNewObjects } from './freeze-deletions';
import { collectDetails } from './freeze-details';
import { freezeRequirements } from './freeze-requirements';
import { freezeObjects } from './freeze-objects';
import { freezeStatements } from './freeze-statements';
import type { Freezing } from './freezing';
import { findFrozenScope, listShards } from './frozen-scopes';
import { newId } from './new-id';
import type { ReleaseRow } from './find-release';
import { freezeSecrets } from './pack-secrets';
import { resolveScope } from './resolve-scope';
import { scopeCondition } from './scope-condition';

/** Errors that a second attempt mends: two freezings of one run, or a row that moved meanwhile. */
const retriedStates = new Set(['40001', '40P01', '23505']);
const attemptsAtMost = 5;

/**
 * Selects the objects of a run's release and pins their content, all in one database snapshot
 * (REL-18); package id, salt and time of freezing are fixed here (REL-21). Freezing a run twice
 * gives the first scope again. Throws `RunNotFound`, `ReleaseNotFound`, `DraftInvalid`,
 * `ObjectsNotFound`, `TooManyStatements`, `ScopeEmpty`, and `NothingChanged` where nothing differs
 * from the base.
 */
export async function freezeScope(
  database: Database,
  run: { readonly runId: string },
): Promise<FrozenScope> {
  for (let attempt = 1; ; attempt++) {
    const frozen = await findFrozenScope(database, run.runId);
    if (frozen !== undefined) return frozen;
    try {
      await database.transaction((trx) => freeze(trx, run.runId), {
        isolationLevel: 'repeatable read',
      });
    } catch (error) {
      const state = (error as { code?: unknown }).code;
      if (attempt >= attemptsAtMost || !retriedStates.has(String(state))) throw error;
    }
  }
}

async function freeze(trx: Knex.Transaction, runId: string): Promise<void> {
  // Sorting a million identities in memory; just-in-time compilation costs more than it saves.
  await trx.raw(`set local work_mem = '256MB'; set local jit = off`);
  const freezing = await startFreezing(trx, runId);
  const { release } = freezing;
  await insertFrozenScope(freezing);
  const statementCount = await freezeStatements(freezing);
  await freezeDeletions(freezing);
  const countsByType = await freezeObjects(freezing);
  await markNewObjects(freezing);
  const secretsDigest = await freezeSecrets(freezing);
  const requirements = await freezeRequirements(freezing);
  const details = await collectDetails(freezing, { countsByType, requirements, statementCount });
  const shards = await listShards(trx, runId);
  if (!shards.some(({ kind }) => kind === 'objects' || kind === 'deletions')) {
    const code = freezing.base === undefined ? 'ScopeEmpty' : 'NothingChanged';
    throw new PipelineError(code, { release: release.id });
  }
  await trx('frozen_scopes')
    .where({ run_id: runId })
    .update({
      digest: Buffer.from(digestOf(details, shards, secretsDigest), 'hex'),
      object_count: sum(shards, (shard) => (shard.kind === 'objects' ? shard.objectCount : 0)),
      byte_count: sum(shards, (shard) => (shard.kind === 'statements' ? 0 : shard.byteCount)),
      requirement_count: requirements.dangling + requirements.notPacked,
      details: JSON.stringify(details satisfies FrozenDetails),
    });
}

async function startFreezing(trx: Knex.Transaction, runId: string): Promise<Freezing> {
  const run = await trx('runs')
    .where({ id: runId })
    .first<{ tenant_id: number; subject: string } | undefined>('tenant_id', 'subject');
  if (run === undefined) throw new PipelineError('RunNotFound', { run: runId });
  const release = await trx<ReleaseRow>('releases')
    .where({ id: run.subject, tenant_id: run.tenant_id })
    .first();
  if (release === undefined) throw new PipelineError('ReleaseNotFound', { release: run.subject });
  const tenant = await trx<TenantRow>('tenants').where({ id: run.tenant_id }).first();
  if (tenant === undefined) throw new PipelineError('TenantNotFound');
  const scope = resolveScope(release.scope, tenant.features);
  const condition = await scopeCondition(trx, { id: tenant.id, timeZone: tenant.time_zone }, scope);
  const base = isChain(scope) ? await demandBase(trx, tenant.id, scope) : undefined;
  return { trx, runId, tenant, release, scope, condition, base };
}

/** First of all, so that a second freezing of the run waits here; counts follow at the end. */
async function insertFrozenScope(freezing: Freezing): Promise<void> {
  await freezing.trx('frozen_scopes').insert({
    run_id: freezing.runId,
    release_id: freezing.release.id,
    package_id: newId('pkg'),
    digest: Buffer.alloc(0),
    salt: randomBytes(32),
    // What the catalog is now, for the packages that continue this one (REL-16).
    snapshot: freezing.trx.raw('pg_current_snapshot()'),
    system_identifier: freezing.trx.raw('(select system_identifier from pg_control_system())'),
    object_count: 0,
    byte_count: 0,
    requirement_count: 0,
    details: '{}',
  });
}

/** Over what is packed and how, not over when and by whom: two runs over the same scope agree. */
function digestOf(
  details: FrozenDetails,
  shards: readonly FrozenShard[],
  secretsDigest: string | undefined,
): string {
  const { method, scope, exportSettings, chain } = details;
  return sha256Hex(
    canonicalize({
      formatVersion: 1,
      ...{ method, scope, exportSettings },
      ...(chain && { chain: { baseDigest: chain.baseDigest, sequence: chain.sequence } }),
      ...(secretsDigest === undefined ? {} : { secrets: secretsDigest }),
      shards: shards.map(({ path, objectCount, digest }) => ({ path, objectCount, digest })),
    }),
  );
}

function sum(shards: readonly FrozenShard[], count: (shard: FrozenShard) => number): number {
  return shards.reduce((total, shard) => total + count(shard), 0);
}
