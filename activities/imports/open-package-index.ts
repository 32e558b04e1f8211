import { createHash } from 'node:crypto';
import type { ArchiveSource } from '../../archive/archive-source';
import { canonicalize } from '../../archive/canonical-json';
import { takeInventory } from '../../archive/entry-inventory';
import { openPackage, type OpenPackage } from '../../archive/open-package';
import { FindingList } from '../../archive/package-findings';
import { checkSeal } from '../../archive/seal';
import { verifyPackage } from '../../archive/verify-package';
import type { CheckResult } from '../../schemas/activities';
import type { ImportBulkActivities, PackageIndexRef } from '../../schemas/imports/activities';
import { importFinding } from '../../schemas/imports/import-findings';
import type { PackageShard } from '../../schemas/imports/package-shard';
import type { PackageManifest } from '../../schemas/releases/manifest';
import type { Finding } from '../../schemas/runs/finding';
import { findChainFaults } from '../../store/imports/find-chain-faults';
import { ensurePackageIndex, recordOpened } from '../../store/imports/package-index';
import { listIndexFindings } from '../../store/imports/index-findings';
import { readReceivedImport, type ReceivedImport } from '../../store/imports/received-import';
import { readMapping } from '../../store/mappings/read-mapping';
import { readReleaseCredential } from '../../store/tenants/find-settings';
import type { TenantRow } from '../../store/tenants/find-tenant';
import type { Dependencies } from '../dependencies';
import { beating } from '../kit/beating';
import { groupEntries } from './group-entries';
import { stagedPackageSource } from './staged-package';
import { findTenantFaults } from './tenant-faults';

/** More say nothing new, and would not fit a history. */
const findingsAtMost = 100;

/**
 * Checks a package as far as its list of entries, manifest and seal tell, in the order of REL-29, and
 * begins its index. A broken archive or manifest ends the check; where anything else stands against
 * it, all entries are read too, so that every finding is told at once. Twice: the same index again.
 */
export function openPackageIndex(
  dependencies: Dependencies,
): ImportBulkActivities['openPackageIndex'] {
  return ({ runId, bytes, sha256 }) =>
    beating(async (beat, signal) => {
      const { database, objectStore } = dependencies;
      const { received, tenant } = await readReceivedImport(database, runId);
      const source = stagedPackageSource(objectStore, { runId, bytes, beat, signal });
      const findings = new FindingList();
      const opened = await openPackage(source, findings);
      if (opened === undefined) return { ...nothing, findings: cut(findings.all) };
      const shards = groupEntries(opened.archive, takeInventory(opened, findings), findings);
      countEntries(opened.manifest, shards, findings);
      const package_ = { received, tenant, opened, sha256 };
      const { mapping, ...suited } = await judgePackage(dependencies, package_);
      findings.addAll(suited.findings);
      const refused = findings.all.some(isFinal) || mapping === 'missing';
      if (refused || opened.seal === undefined) {
        await recordOpened(database, received.id, {
          manifest: opened.manifest,
          indexId: null,
          mappingVersion: received.options.mappingVersion,
        });
        return {
          ...nothing,
          findings: cut(await findEverything(source, { opened, signal, known: findings.all })),
        };
      }
      const index = await beginIndex(dependencies, { ...package_, shards, mapping });
      const stored = index.complete ? await listIndexFindings(database, index.id) : [];
      return {
        indexId: index.id,
        complete: index.complete,
        shardCount: shards.length,
        objectCount: opened.manifest.counts.objects + (opened.manifest.deletions?.count ?? 0),
        byteCount: shards.reduce((sum, shard) => sum + shard.byteCount, 0),
        findings: cut([...findings.all, ...stored]),
      };
    });
}

const nothing: PackageIndexRef = {
  indexId: 0,
  shardCount: 0,
  objectCount: 0,
  byteCount: 0,
  complete: false,
};

interface JudgedPackage {
  readonly received: ReceivedImport;
  readonly tenant: TenantRow;
  readonly opened: OpenPackage;
  /** Of the file. */
  readonly sha256: string;
}

interface ChosenMapping {
  readonly version: number | null;
  readonly digest: Buffer;
}

/** Seal, versions, features, chain, and whether the mapping that is asked for is there. */
async function judgePackage(
  { database, encryptionKey }: Dependencies,
  { received, tenant, opened, sha256 }: JudgedPackage,
): Promise<CheckResult & { readonly mapping: ChosenMapping | 'missing' }> {
  const { manifest, manifestBytes, seal } = opened;
  const findings = new FindingList();
  const credential = await readReleaseCredential(database, encryptionKey, tenant.id);
  if (seal !== undefined && !(await checkSeal(manifestBytes, seal, credential)))
    findings.add('SealMismatch');
  findings.addAll(findTenantFaults(manifest, tenant));
  const chained = { tenantId: tenant.id, importId: received.id, digest: sha256, manifest };
  findings.addAll(await findChainFaults(database, chained));
  const version = received.options.mappingVersion ?? undefined;
  const source = manifest.sourceTenant.code;
  const mapping = await readMapping(database, { tenantId: tenant.id, source, version });
  if (mapping === undefined && version !== undefined) {
    const detail = `version ${version} for ${source}`;
    findings.addAll([importFinding('MappingMissing', { detail })]);
    return { findings: findings.all, mapping: 'missing' };
  }
  const changes = mapping !== undefined && mapping.rules.length > 0;
  const digest = changes ? Buffer.from(mapping.digest, 'hex') : Buffer.alloc(0);
  return { findings: findings.all, mapping: { version: mapping?.version ?? null, digest } };
}

/** What the list of entries alone says against the manifest's counts. */
function countEntries(
  { counts, ...manifest }: PackageManifest,
  shards: readonly PackageShard[],
  findings: FindingList,
): void {
  const countOf = (kind: PackageShard['kind']): number =>
    shards.reduce((sum, shard) => sum + (shard.kind === kind ? shard.entries.length : 0), 0);
  const byType = Object.values(counts.byType).reduce((sum, count) => sum + count, 0);
  const pairs = [
    ['resources', counts.resources, countOf('resources')],
    ['statements', counts.statements, countOf('statements')],
    ['objects by type', counts.objects, byType],
    ['files of deletions', manifest.deletions === undefined ? 0 : 1, countOf('deletions')],
  ] as const;
  for (const [what, said, found] of pairs) {
    if (said !== found)
      findings.add('CountsDiffer', { detail: `${what}: ${said} said, ${found} found` });
  }
}

/** What else is wrong inside the entries, when the package is refused already. */
async function findEverything(
  source: ArchiveSource,
  {
    opened,
    signal,
    known,
  }: {
    readonly opened: OpenPackage;
    readonly signal: AbortSignal;
    readonly known: readonly Finding[];
  },
): Promise<Finding[]> {
  const { findings } = await verifyPackage(source, { signal });
  const told = new Set(known.map((finding) => canonicalize(finding)));
  const more = findings.filter(
    (finding) => finding.severity === 'error' && !told.has(canonicalize(finding)),
  );
  return opened.seal === undefined ? [...known, ...more] : [...known, ...more];
}

async function beginIndex(
  { database }: Dependencies,
  package_: JudgedPackage & {
    readonly shards: readonly PackageShard[];
    readonly mapping: ChosenMapping;
  },
): Promise<{ readonly id: number; readonly complete: boolean }> {
  const { received, tenant, opened, sha256, shards, mapping } = package_;
  const { manifest, manifestBytes, seal } = opened;
  if (seal === undefined) throw new Error('a package without a seal is refused before');
  const index = await ensurePackageIndex(
    database,
    {
      tenantId: tenant.id,
      packageDigest: Buffer.from(sha256, 'hex'),
      mappingDigest: mapping.digest,
      checksDigest: createHash('sha256').update(canonicalize(tenant.engines)).digest(),
    },
    {
      manifest,
      manifestDigest: createHash('sha256').update(manifestBytes).digest(),
      seal,
      shards,
    },
  );
  const mappingVersion = mapping.version;
  await recordOpened(database, received.id, { manifest, indexId: index.id, mappingVersion });
  return index;
}

function isFinal(finding: Finding): boolean {
  return finding.severity === 'error' && !finding.overridable;
}

/** Errors first, so that none is lost. */
function cut(findings: readonly Finding[]): Finding[] {
  const errors = findings.filter((finding) => finding.severity === 'error');
  const others = findings.filter((finding) => finding.severity !== 'error');
  return [...errors, ...others].slice(0, findingsAtMost);
}
