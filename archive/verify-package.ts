import type { Finding } from '../schemas/runs/finding';
import type { PackageManifest } from '../schemas/releases/manifest';
import type { ArchiveLimits } from './archive-limits';
import type { ArchiveSource } from './archive-source';
import { ContentChecker, type PackageCounts } from './content-checker';
import { takeInventory, type InventoryEntry } from './entry-inventory';
import { openPackage, type OpenPackage } from './open-package';
import { FindingList } from './package-findings';
import { digestFrom, isPackedByGantry } from './packing-check';
import { findSealCredential } from './seal';
import { findSignatureFault, type SignatureDemand } from './signature';

/** What the check of a package said. */
export interface PackageVerdict {
  /** No finding is an error. */
  readonly ok: boolean;
  readonly findings: readonly Finding[];
  /** SHA-256 of the whole file in hex. */
  readonly digest: string;
  readonly bytes: number;
  /** Missing where the archive or its manifest is broken. */
  readonly manifest?: PackageManifest;
  readonly counts?: PackageCounts;
}

export interface VerifyOptions extends SignatureDemand {
  /**
   * The release credential, or those of which one has to fit, while a new one overlaps with the old;
   * without it the seal is not checked, which the findings say.
   */
  readonly credential?: string | readonly string[];
  readonly limits?: Partial<ArchiveLimits>;
  readonly signal?: AbortSignal;
  /**
   * The lines of objects are known to be good, as what wrote them is Gantry itself: they are counted
   * and their digests compared, which takes a fraction of the time. @default false
   */
  readonly linesAreKnown?: boolean;
  /** Gives the digest of the whole file in hex once its content was read, instead of reading it again. */
  readonly digest?: () => Promise<string>;
  /** Takes the content of every entry while it is checked. */
  readonly onEntry?: (path: string) => Promise<EntrySink>;
}

/** Takes one entry's content. */
export interface EntrySink {
  write(chunk: Buffer): Promise<void>;
  close(): Promise<void>;
}

/** Inflating runs beside the event loop: a second entry keeps both busy. */
const entriesInFlight = 2;

/**
 * Checks a package from first to last byte (REL-29): archive, manifest, entries, sizes, digests,
 * lines, counts, seal, signature. A broken archive or manifest ends the check, else every finding is told at
 * once. Memory is bounded by the list of entries. Rejects only where the source cannot be read.
 *
 * @example const { ok, findings } = await verifyPackage(source, { credential });
 */
export async function verifyPackage(
  source: ArchiveSource,
  options: VerifyOptions = {},
): Promise<PackageVerdict> {
  const findings = new FindingList();
  const opened = await openPackage(source, findings, options.limits);
  // Both have to end before the caller may tidy up behind them.
  const reading = [
    opened === undefined
      ? Promise.resolve(undefined)
      : checkContent(source, opened, { findings, options }),
    options.digest === undefined ? digestFrom(source, 0) : Promise.resolve(undefined),
  ] as const;
  await Promise.allSettled(reading);
  const [content, read] = await Promise.all(reading);
  const digest = read ?? (await options.digest?.()) ?? '';
  return {
    ok: !findings.hasErrors,
    findings: findings.all,
    digest,
    bytes: source.size,
    ...(content === undefined ? {} : content),
  };
}

interface Checking {
  readonly findings: FindingList;
  readonly options: VerifyOptions;
}

async function checkContent(
  source: ArchiveSource,
  opened: OpenPackage,
  { findings, options }: Checking,
): Promise<{ manifest: PackageManifest; counts: PackageCounts }> {
  const { manifest } = opened;
  const inventory = takeInventory(opened, findings);
  const checker = new ContentChecker(findings, options.linesAreKnown);
  const queue = inventory.values();
  const reading = new AbortController();
  const workers = Array.from({ length: entriesInFlight }, async () => {
    try {
      for (const item of queue) {
        options.signal?.throwIfAborted();
        if (reading.signal.aborted) return;
        await checkEntry(checker, item, options);
      }
    } catch (error) {
      reading.abort();
      throw error;
    }
  });
  // All have to end before the caller may tidy up behind them.
  const failed = (await Promise.allSettled(workers)).find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  const counts = checker.finish();
  compareCounts(manifest, { ...counts, checker }, findings);
  await checkSealOf(opened, { findings, options });
  if (!findings.hasErrors && !(await isPackedByGantry(source, opened.archive)))
    findings.add('PackageRepacked');
  return { manifest, counts };
}

async function checkEntry(
  checker: ContentChecker,
  item: InventoryEntry,
  options: VerifyOptions,
): Promise<void> {
  const sink = await options.onEntry?.(item.entry.path);
  try {
    await checker.check(item.entry, item.listed, async (chunk) => {
      options.signal?.throwIfAborted();
      await sink?.write(chunk);
    });
  } finally {
    await sink?.close();
  }
}

function compareCounts(
  manifest: PackageManifest,
  found: PackageCounts & { checker: ContentChecker },
  findings: FindingList,
): void {
  const pairs: [what: string, said: number, found: number][] = [
    ['objects', manifest.counts.objects, found.objects],
    ['resources', manifest.counts.resources, found.resources],
    ['statements', manifest.counts.statements, found.statements],
    ['requirements', manifest.requirements.count, found.checker.requirementCount],
    ['deletions', manifest.deletions?.count ?? 0, found.checker.deletionCount],
  ];
  for (const type of new Set([
    ...Object.keys(manifest.counts.byType),
    ...Object.keys(found.byType),
  ])) {
    pairs.push([type, manifest.counts.byType[type] ?? 0, found.byType[type] ?? 0]);
  }
  for (const [what, said, actual] of pairs) {
    if (said !== actual)
      findings.add('CountsDiffer', { detail: `${what}: ${said} said, ${actual} found` });
  }
}

async function checkSealOf(opened: OpenPackage, { findings, options }: Checking): Promise<void> {
  const { seal, manifestBytes } = opened;
  if (seal === undefined) return;
  if (options.credential === undefined) findings.add('SealNotChecked');
  else {
    const credentials = [options.credential].flat();
    const fitting = await findSealCredential(manifestBytes, seal, credentials);
    if (fitting === undefined) findings.add('SealMismatch');
  }
  const code = findSignatureFault(manifestBytes, seal, options);
  if (code !== undefined) findings.add(code);
}
