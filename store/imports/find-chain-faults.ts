import { importFinding } from '../../schemas/imports/import-findings';
import type { PackageManifest } from '../../schemas/releases/manifest';
import type { Finding } from '../../schemas/runs/finding';
import type { Connection } from '../database/connect';

/** A package that may be imported, as its place in a chain concerns. */
export interface ChainedPackage {
  readonly tenantId: number;
  readonly importId: string;
  /** Of the file, hex. */
  readonly digest: string;
  readonly manifest: Pick<PackageManifest, 'chain' | 'sourceTenant' | 'packageId' | 'createdAt'>;
  /** Whether packages without a chain have to be newer than what was imported, too. */
  readonly demandSequence: boolean;
}

interface Imported {
  readonly digest: string;
  readonly sequence: number;
  readonly base: string | null;
  readonly created_at: Date | null;
}

/**
 * What stands against importing a package of a chain now (REL-16, REL-29): its base has to be the
 * last one of the chain that was imported here and not undone. Each finding says what fits.
 */
export async function findChainFaults(
  connection: Connection,
  candidate: ChainedPackage,
): Promise<Finding[]> {
  const { chain, sourceTenant } = candidate.manifest;
  if (chain === undefined && !candidate.demandSequence) return [];
  const imported = await findImported(connection, candidate, sourceTenant.code);
  return chain === undefined
    ? judgeAge(candidate, imported)
    : judgePlace(candidate, { chain, imported });
}

/** A package that continues another, among those that were imported. */
function judgePlace(
  { digest, manifest }: ChainedPackage,
  {
    chain,
    imported,
  }: {
    readonly chain: NonNullable<PackageManifest['chain']>;
    readonly imported: readonly Imported[];
  },
): Finding[] {
  const object = { type: 'package', project: null, code: manifest.packageId };
  const base = imported.find((one) => one.digest === chain.baseDigest);
  if (base === undefined) {
    const last = imported.at(-1);
    const fits = last === undefined ? `first ${chain.baseDigest}` : whatFits(last);
    const detail = `its base is ${chain.baseDigest}, sequence ${chain.sequence - 1}; what fits is ${fits}`;
    return [importFinding('ChainBaseMissing', { object, detail })];
  }
  const last = lastAfter(imported, base);
  if (last.digest === base.digest) return [];
  const isKnown = imported.some((one) => one.digest === digest);
  const detail = `it has sequence ${chain.sequence}; what fits is ${whatFits(last)}`;
  return [importFinding(isKnown ? 'PackageReplayed' : 'PackageOlder', { object, detail })];
}

/** A package of its own, where the tenant demands that nothing goes back. */
function judgeAge({ digest, manifest }: ChainedPackage, imported: readonly Imported[]): Finding[] {
  const object = { type: 'package', project: null, code: manifest.packageId };
  if (imported.some((one) => one.digest === digest))
    return [importFinding('PackageReplayed', { object })];
  const createdAt = Date.parse(manifest.createdAt);
  const later = imported.find((one) => (one.created_at?.getTime() ?? 0) > createdAt);
  if (later === undefined) return [];
  const detail = `it was made at ${manifest.createdAt}, ${later.digest} at ${later.created_at?.toISOString() ?? ''}`;
  return [importFinding('PackageOlder', { object, detail })];
}

function whatFits(last: Imported): string {
  return `sequence ${last.sequence + 1} on base ${last.digest}`;
}

/** Follows the chain from one package to the last that was imported after it. */
function lastAfter(imported: readonly Imported[], start: Imported): Imported {
  let last = start;
  for (;;) {
    const next = imported.findLast(
      (one) => one.base === last.digest && one.sequence > last.sequence,
    );
    if (next === undefined) return last;
    last = next;
  }
}

/** What was imported here from this source and not undone, in the order of its last import. */
async function findImported(
  connection: Connection,
  { tenantId, importId }: ChainedPackage,
  source: string,
): Promise<Imported[]> {
  const { rows } = await connection.raw<{ rows: Imported[] }>(
    `select digest, sequence, base, created_at from (
       select distinct on (package_digest) encode(package_digest, 'hex') as digest,
         coalesce((chain->>'sequence')::integer, 0) as sequence, chain->>'baseDigest' as base,
         package_created_at as created_at, coalesce(applied_at, created_at) as at
       from imports
       where tenant_id = ? and id <> ? and kind = 'import' and until = 'register'
         and source_tenant = ? and state in ('imported', 'nothing to do') and undone_by is null
         and package_digest is not null
       order by package_digest, coalesce(applied_at, created_at) desc
     ) latest order by at`,
    [tenantId, importId, source],
  );
  return rows;
}
