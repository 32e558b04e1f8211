import type { Knex } from 'knex';
import type { FrozenDetails } from '../../schemas/releases/frozen-scope';
import { PipelineError } from '../../schemas/pipeline-error';
import { isChain, type ChainScope, type StandaloneScope } from '../../schemas/releases/scope';
import type { Finding } from '../../schemas/runs/finding';
import type { Connection } from '../database/connect';

/** A package that another can continue (REL-16). */
export interface BasePackage {
  readonly packageId: string;
  readonly runId: string;
  /** SHA-256 of its file, hex. */
  readonly digest: string;
  /** 0 where a chain begins with it. */
  readonly sequence: number;
  /** The scope of the package that its chain begins with. */
  readonly rootScope: StandaloneScope;
}

/** The base that was named, or why there is none. */
export type BaseSearch =
  { readonly base: BasePackage } | { readonly findings: readonly [Finding, ...Finding[]] };

interface BaseRow {
  readonly id: string;
  readonly run_id: string;
  readonly digest: Buffer;
  readonly details: FrozenDetails;
  readonly is_known: boolean;
}

/**
 * Looks for a base among the registered packages of a tenant, by its id, its release (the newest
 * package of it) or its digest; expired ones count, as what they were made from is still known.
 * Findings: `BaseNotFound`, `BaseScopeDated`, `BaseUnavailable` (REL-16).
 */
export async function findBase(
  connection: Connection,
  tenantId: number,
  named: string,
): Promise<BaseSearch> {
  const { rows } = await connection.raw<{ rows: BaseRow[] }>(
    `select p.id, p.run_id, p.digest, f.details, f.snapshot is not null and f.system_identifier =
       (select system_identifier from pg_control_system()) as is_known
     from packages p join frozen_scopes f on f.run_id = p.run_id
     where p.tenant_id = :tenantId
       and (p.id = :named or p.release_id = :named or encode(p.digest, 'hex') = lower(:named))
     order by p.created_at desc, p.id limit 1`,
    { tenantId, named } as Record<string, Knex.Value>,
  );
  const [row] = rows;
  if (row === undefined) return refuse('BaseNotFound', named);
  const rootScope = rootOf(row.details);
  if (rootScope === undefined) return refuse('BaseScopeDated', named);
  if (!row.is_known) return refuse('BaseUnavailable', named);
  const base = {
    packageId: row.id,
    runId: row.run_id,
    digest: row.digest.toString('hex'),
    sequence: row.details.chain?.sequence ?? 0,
    rootScope,
  };
  return { base };
}

/** The base of a scope that names one; throws `DraftInvalid` with the finding where there is none. */
export async function demandBase(
  connection: Connection,
  tenantId: number,
  scope: ChainScope,
): Promise<BasePackage> {
  const found = await findBase(connection, tenantId, scope.base.packageId);
  if ('base' in found) return found.base;
  throw new PipelineError('DraftInvalid', {}, { findings: found.findings });
}

/** A range of days is over: what lies in it says nothing about what has changed since. */
function rootOf({ scope, chain }: FrozenDetails): StandaloneScope | undefined {
  if (chain !== undefined) return chain.rootScope;
  if (isChain(scope)) return undefined;
  return scope.method === 'incremental' && scope.changed !== 'all' ? undefined : scope;
}

const refusals = {
  BaseNotFound: [
    'no package of this tenant has this id, release or digest',
    'Name a package that was exported here: gantry release list --state exported expired.',
  ],
  BaseScopeDated: [
    'its scope is limited to days, which nothing can continue',
    'Name a package of the method full or objects, or an incremental one of all dates.',
  ],
  BaseUnavailable: [
    'what it was made from is not known in this database, which was restored from another one',
    'Export a full package, and continue that one.',
  ],
} as const;

function refuse(code: keyof typeof refusals, named: string): BaseSearch {
  const [reason, fix] = refusals[code];
  const finding: Finding = {
    code,
    severity: 'error',
    object: { type: 'package', project: null, code: named },
    reason: `${named}: ${reason}`,
    fix,
    overridable: false,
  };
  return { findings: [finding] };
}
