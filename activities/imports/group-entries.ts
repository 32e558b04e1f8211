import { locateEntry } from '../../archive/entry-location';
import type { InventoryEntry } from '../../archive/entry-inventory';
import type { Archive } from '../../archive/archive-reader';
import type { FindingList } from '../../archive/package-findings';
import { deletionsPath, requirementsPath } from '../../archive/package-layout';
import { findAssetType } from '../../schemas/catalog/asset-types';
import type {
  PackageShard,
  PackageShardKind,
  ShardEntry,
} from '../../schemas/imports/package-shard';

/** A shard is full at these sizes; a larger entry has one of its own. */
const shardLimits = { bytes: 16 * 2 ** 20, entries: 1000 } as const;

const objectsPattern = /^objects\/([^/]+)\/([^/]+)\/(\d{4,})\.ndjson$/;
const statementPattern = /^ddl\/[^/]+\/[^/]+\.sql$/;
const resourcePattern = /^resources\/([^/]+)$/;

interface Group {
  readonly kind: PackageShardKind;
  readonly types: Set<string>;
  readonly entries: ShardEntry[];
  bytes: number;
}

/**
 * Groups the entries of a package into shards, small ones of a kind together, in their order
 * (REL-25). What the paths themselves show to be wrong becomes findings.
 */
export function groupEntries(
  archive: Archive,
  inventory: readonly InventoryEntry[],
  findings: FindingList,
): PackageShard[] {
  const groups: Group[] = [];
  let previous: ObjectsPath | undefined;
  for (const { entry, listed } of inventory) {
    const kind = kindOf(listed.path);
    const location = locateEntry(archive, listed);
    if (kind === undefined || location === undefined) {
      findings.add('EntryUnknown', { entry: listed.path });
      continue;
    }
    if (entry.bytes !== listed.bytes) findings.add('EntryBytesDiffer', { entry: listed.path });
    if (kind === 'resources' && resourcePattern.exec(listed.path)?.[1] !== listed.sha256)
      findings.add('ResourceMisnamed', { entry: listed.path });
    const objects = kind === 'objects' ? parseObjectsPath(listed.path) : undefined;
    if (objects !== undefined) {
      checkObjectsPath(objects, previous, findings);
      previous = objects;
    }
    addTo(groups, { kind, type: objects?.type, entry: location });
  }
  return groups.map(({ kind, types, entries, bytes }, index) => ({
    number: index + 1,
    kind,
    type: types.size === 1 ? ([...types][0] ?? null) : null,
    byteCount: bytes,
    entries,
  }));
}

/** The type whose objects lie in the file of this path; undefined for other files. */
export function typeOfPath(path: string): string | undefined {
  return objectsPattern.exec(path)?.[2];
}

interface ObjectsPath {
  readonly path: string;
  readonly category: string;
  readonly type: string;
  readonly number: number;
}

function parseObjectsPath(path: string): ObjectsPath {
  const [, category = '', type = '', number] = objectsPattern.exec(path) ?? [];
  return { path, category, type, number: Number(number) };
}

function checkObjectsPath(
  { path, category, type, number }: ObjectsPath,
  previous: ObjectsPath | undefined,
  findings: FindingList,
): void {
  if (findAssetType(type)?.category !== category)
    findings.add('ObjectTypeUnknown', { entry: path });
  const before = previous?.type === type ? previous.number : 0;
  if (number !== before + 1) findings.add('ObjectFileMissing', { entry: path });
}

function kindOf(path: string): PackageShardKind | undefined {
  if (objectsPattern.test(path)) return 'objects';
  if (path === requirementsPath) return 'requirements';
  if (path === deletionsPath) return 'deletions';
  if (resourcePattern.test(path)) return 'resources';
  return statementPattern.test(path) ? 'statements' : undefined;
}

function addTo(
  groups: Group[],
  {
    kind,
    type,
    entry,
  }: {
    readonly kind: PackageShardKind;
    readonly type: string | undefined;
    readonly entry: ShardEntry;
  },
): void {
  let group = groups.at(-1);
  const isFull =
    group === undefined ||
    group.kind !== kind ||
    group.entries.length >= shardLimits.entries ||
    group.bytes + entry.bytes > shardLimits.bytes;
  if (group === undefined || isFull) {
    group = { kind, types: new Set(), entries: [], bytes: 0 };
    groups.push(group);
  }
  group.entries.push(entry);
  group.bytes += entry.bytes;
  if (type !== undefined) group.types.add(type);
}
