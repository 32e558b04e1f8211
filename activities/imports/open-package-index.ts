import { createHash } from 'node:crypto';
import { canonicalize } from '../../archive/canonical-json';
import { takeInventory } from '../../archive/entry-inventory';
import type { OnePassSource } from '../../archive/one-pass-source';
import { openPackage } from '../../archive/open-package';
import { FindingList } from '../../archive/package-findings';
import { isPackedByGantry } from '../../archive/packing-check';
import { verifyPackage } from '../../archive/verify-package';
import type { ImportBulkActivities, PackageIndexRef } from '../../schemas/imports/activities';
import type { PackageShard } from '../../schemas/imports/package-shard';
import type { Finding } from '../../schemas/runs/finding';
import { ensurePackageIndex, recordOpened } from '../../store/imports/package-index';
import { listIndexFindings } from '../../store/imports/index-findings';
import { readReceivedImport } from '../../store/imports/received-import';
import type { Dependencies } from '../dependencies';
import { beating } from '../kit/beating';
import { countEntries } from './count-entries';
import { groupEntries } from './group-entries';
import { judgePackage, type ChosenMapping, type JudgedPackage } from './judge-package';
import { digestChecks } from './line-inspectors';
import { stagedPackagePass, stagedPackageSource } from './staged-package';

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
      const reading = { runId, bytes, beat, signal };
      const source = stagedPackageSource(objectStore, reading);
      const findings = new FindingList();
      const opened = await openPackage(source, findings);
      if (opened === undefined) return { ...nothing, findings: cut(findings.all) };
      const shards = groupEntries(opened.archive, takeInventory(opened, findings), findings);
      findings.addAll(countEntries(opened.manifest, shards));
      const package_ = { received, tenant, opened, sha256 };
      const { mapping, ...suited } = await judgePackage(dependencies, package_);
      findings.addAll(suited.findings);
      const refused = findings.all.some(isFinal) || mapping === undefined;
      if (refused || opened.seal === undefined) {
        await recordOpened(database, received.id, {
          manifest: opened.manifest,
          indexId: null,
          mappingVersion: received.options.mappingVersion,
        });
        const pass = stagedPackagePass(objectStore, reading);
        return {
          ...nothing,
          findings: cut(await findEverything(pass, { known: findings.all, signal })),
        };
      }
      if (!(await isPackedByGantry(source, opened.archive))) findings.add('PackageRepacked');
      const checksDigest = await digestChecks(database, tenant);
      const index = await beginIndex(dependencies, { ...package_, shards, mapping, checksDigest });
      const stored = index.complete ? await listIndexFindings(database, index.id) : [];
      return {
        indexId: index.id,
        complete: index.complete,
        shardCount: shards.length,
        objectCount: opened.manifest.counts.objects + (opened.manifest.deletions?.count ?? 0),
        byteCount: shards.reduce((sum, shard) => sum + shard.byteCount, 0),
        findings: [...cut(findings.all), ...stored],
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

/** What else is wrong inside the entries, when the package is refused already. */
async function findEverything(
  source: OnePassSource,
  { known, signal }: { readonly known: readonly Finding[]; readonly signal: AbortSignal },
): Promise<Finding[]> {
  const verifying = verifyPackage(source, { signal, digest: source.digest });
  const { findings } = await verifying.finally(() => source.close());
  const told = new Set(known.map((finding) => canonicalize(finding)));
  const isNews = (finding: Finding): boolean =>
    finding.severity === 'error' && !told.has(canonicalize(finding));
  return [...known, ...findings.filter(isNews)];
}

async function beginIndex(
  { database }: Dependencies,
  package_: JudgedPackage & {
    readonly shards: readonly PackageShard[];
    readonly mapping: ChosenMapping;
    readonly checksDigest: Buffer;
  },
): Promise<{ readonly id: number; readonly complete: boolean }> {
  const { received, tenant, opened, sha256, shards, mapping, checksDigest } = package_;
  const { manifest, manifestBytes, seal } = opened;
  if (seal === undefined) throw new Error('a package without a seal is refused before');
  const index = await ensurePackageIndex(
    database,
    {
      tenantId: tenant.id,
      packageDigest: Buffer.from(sha256, 'hex'),
      mappingDigest: mapping.digest,
      checksDigest,
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

/** Errors first, and of those the ones that cannot be overridden, so that none is lost. */
function cut(findings: readonly Finding[]): Finding[] {
  const rank = (finding: Finding): number =>
    isFinal(finding) ? 0 : finding.severity === 'error' ? 1 : 2;
  return [...findings].sort((left, right) => rank(left) - rank(right)).slice(0, findingsAtMost);
}
