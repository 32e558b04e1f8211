import type { PackageManifest } from '../schemas/releases/manifest';
import { PipelineError } from '../schemas/pipeline-error';
import type { ArchiveSource } from './archive-source';
import { documentPatch, type PatchOperation } from './document-patch';
import { compareIdentities, type LineIdentity } from './line-identity';
import { readLineBlocks } from './line-reader';
import { openPackage, type OpenPackage } from './open-package';
import { FindingList } from './package-findings';

/** An object that two packages do not hold alike. */
export interface PackageDifference extends LineIdentity {
  /** `added`: only the second has it; `removed`: only the first. */
  readonly change: 'added' | 'removed' | 'changed';
  /** What turns the first one's document into the second one's; empty but for `changed`. */
  readonly patch: readonly PatchOperation[];
}

/** How two packages differ, in counts; identities stand in the differences. */
export interface PackageDiff {
  readonly left: PackageManifest;
  readonly right: PackageManifest;
  readonly added: number;
  readonly removed: number;
  readonly changed: number;
  readonly same: number;
}

interface Line {
  readonly identity: LineIdentity;
  readonly text: string;
}

/**
 * Compares the objects of two packages by content (REL-27), telling every difference in the order
 * of types and identities. Reads both once, side by side: memory is bounded. Throws
 * `PackageCorrupt` where one of them cannot be read; `verifyPackage` says all that is wrong.
 */
export async function diffPackages(
  sources: { readonly left: ArchiveSource; readonly right: ArchiveSource },
  onDifference: (difference: PackageDifference) => void | Promise<void>,
): Promise<PackageDiff> {
  const [left, right] = await Promise.all([open(sources.left), open(sources.right)]);
  const counts = { added: 0, removed: 0, changed: 0, same: 0 };
  for await (const [before, after] of pairs(readObjects(left), readObjects(right))) {
    if (before?.text === after?.text) {
      counts.same += 1;
      continue;
    }
    const change = before === undefined ? 'added' : after === undefined ? 'removed' : 'changed';
    counts[change] += 1;
    const identity = (before ?? after)?.identity as LineIdentity;
    const patch =
      before === undefined || after === undefined
        ? []
        : documentPatch(JSON.parse(before.text), JSON.parse(after.text));
    await onDifference({ ...identity, change, patch });
  }
  return { left: left.manifest, right: right.manifest, ...counts };
}

async function open(source: ArchiveSource): Promise<OpenPackage> {
  const findings = new FindingList();
  const opened = await openPackage(source, findings);
  if (opened === undefined) {
    throw new PipelineError('PackageCorrupt', {}, { findings: findings.all });
  }
  return opened;
}

/** Every object of a package: types in the order of their codes, objects in that of identities. */
async function* readObjects({ manifest, archive }: OpenPackage): AsyncGenerator<Line> {
  const entries = manifest.entries
    .filter(({ path }) => path.startsWith('objects/'))
    .map(({ path }) => ({ path, type: path.split('/')[2] ?? '' }))
    .sort((a, b) => (a.type === b.type ? compare(a.path, b.path) : compare(a.type, b.type)));
  for (const { path } of entries) {
    const entry = archive.find(path);
    if (entry === undefined) throw new PipelineError('PackageCorrupt', { missing: path });
    for await (const block of readLineBlocks(entry.stream(), path)) {
      for (const text of block.toString('utf8').split('\n')) {
        if (text !== '') yield { identity: identityOf(text, path), text };
      }
    }
  }
}

function identityOf(text: string, path: string): LineIdentity {
  try {
    const { type, project, code } = JSON.parse(text) as LineIdentity;
    return { type, project, code };
  } catch (error) {
    throw new PipelineError('PackageCorrupt', { entry: path }, { cause: error });
  }
}

/** Walks two ordered streams together; what only one of them has comes with undefined. */
async function* pairs(
  left: AsyncGenerator<Line>,
  right: AsyncGenerator<Line>,
): AsyncGenerator<[Line | undefined, Line | undefined]> {
  let [before, after] = await Promise.all([next(left), next(right)]);
  while (before !== undefined || after !== undefined) {
    const order =
      before === undefined
        ? 1
        : after === undefined
          ? -1
          : compareIdentities(before.identity, after.identity);
    yield [order <= 0 ? before : undefined, order >= 0 ? after : undefined];
    if (order <= 0) before = await next(left);
    if (order >= 0) after = await next(right);
  }
}

async function next(lines: AsyncGenerator<Line>): Promise<Line | undefined> {
  const step = await lines.next();
  return step.done === true ? undefined : step.value;
}

function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
