import type { ArchiveSource } from '../../archive/archive-source';
import { FindingList } from '../../archive/package-findings';
import { objectFileLimits } from '../../archive/package-layout';
import type { ImportBulkActivities } from '../../schemas/imports/activities';
import type { EntryEdges, ShardEntry } from '../../schemas/imports/package-shard';
import type { CopyWriter } from '../../store/catalog/copy-writer';
import { toRequirements, type RequirementRow } from '../../store/imports/mapped-references';
import {
  readPackageShard,
  writePackageShard,
  type InspectLines,
  type ShardContent,
  type ShardToRead,
} from '../../store/imports/package-shards';
import { readReceivedImport } from '../../store/imports/received-import';
import type { Dependencies } from '../dependencies';
import { beating } from '../kit/beating';
import { typeOfPath } from './group-entries';
import { createLineContext } from './line-context';
import { LineIndexer } from './line-indexer';
import {
  createSecretInspector,
  createTaskInspector,
  type InspectLine,
  type InspectorOf,
} from './line-inspectors';
import { pickLines } from './pick-lines';
import type { LineContext } from './read-package-line';
import { RequirementReader } from './read-requirements';
import { fetchEntries, readEntry, readEntryBlocks } from './read-shard-entries';
import { stagedPackageSource } from './staged-package';

/**
 * Verifies the entries of one shard of a package, byte by byte and line by line, and writes down what
 * they hold (REL-29). Twice: a shard that is written down is not read again, and writing it down is
 * one transaction.
 */
export function indexShard(dependencies: Dependencies): ImportBulkActivities['indexShard'] {
  return ({ runId, indexId, shard: number }) =>
    beating(async (beat, signal) => {
      const { database, objectStore } = dependencies;
      const shard = await readPackageShard(database, { indexId, number });
      if (shard.objectCount !== undefined)
        return { objects: shard.objectCount, bytes: shard.byteCount };
      const { received, tenant } = await readReceivedImport(database, runId);
      const context = {
        ...(await createLineContext(dependencies, { shard, received })),
        inspectorOf: createTaskInspector(tenant),
      };
      const bytes = received.size_bytes ?? 0;
      const whole = stagedPackageSource(objectStore, { runId, bytes, beat, signal });
      const source = await fetchEntries(whole, shard.entries);
      const search =
        shard.kind === 'objects' ? await createSecretInspector(database, tenant.id) : undefined;
      const reading = { shard, context, source, signal };
      const objects = await writePackageShard(
        database,
        { indexId, number },
        shard.kind === 'requirements'
          ? { readRequirements: () => readRequirements(reading) }
          : {
              read: (writer) => readShard(writer, reading),
              inspect: search && { tenantId: tenant.id, lines: searchLines(reading, search) },
            },
      );
      return { objects, bytes: shard.byteCount };
    });
}

interface Reading {
  readonly shard: ShardToRead;
  readonly context: LineContext & { readonly inspectorOf: InspectorOf };
  readonly source: ArchiveSource;
  readonly signal: AbortSignal;
}

/** Reads what is new to the tenant once more; an entry that is broken has been told of already. */
function searchLines(reading: Reading, search: InspectLine): InspectLines {
  return async ({ edges, findings }, lines) => {
    if (findings.some((finding) => finding.severity === 'error' && !finding.overridable)) return [];
    const found = new FindingList();
    const picking = { ...reading, entries: reading.shard.entries, edges };
    const steps = pickLines(picking, lines, (_, content) =>
      found.addAll(search(content.bytes.toString('utf8'))),
    );
    while ((await steps.next()).done !== true);
    return found.all;
  };
}

async function* readShard(
  writer: CopyWriter,
  reading: Reading,
): AsyncGenerator<undefined, ShardContent> {
  const { kind } = reading.shard;
  return kind === 'objects' || kind === 'deletions'
    ? yield* readObjects(writer, reading)
    : yield* readFiles(reading);
}

async function* readObjects(
  writer: CopyWriter,
  { shard, context, source, signal }: Reading,
): AsyncGenerator<undefined, ShardContent> {
  const { indexId, number, kind, entries } = shard;
  const isDeletions = kind === 'deletions';
  const ref = { indexId, shard: number, kind: isDeletions ? kind : 'objects' } as const;
  const indexer = new LineIndexer(ref, context, writer);
  for (const entry of entries) {
    indexer.beginEntry(entry.path, isDeletions ? undefined : typeOfPath(entry.path));
    for await (const block of readEntryBlocks(source, entry, indexer.findings)) {
      signal.throwIfAborted();
      indexer.addBlock(block);
      yield;
    }
    indexer.endEntry();
    if (!isDeletions) checkSize(indexer.edges.at(-1), entry, indexer.findings);
  }
  return {
    objectCount: indexer.objectCount,
    edges: indexer.edges,
    requirements: toRequirements(indexer.mappedReferences),
    findings: [...indexer.findings.all, ...indexer.remarks.all],
  };
}

async function* readRequirements({
  shard,
  context,
  source,
}: Reading): AsyncGenerator<readonly RequirementRow[], ShardContent> {
  const findings = new FindingList();
  const edges: EntryEdges[] = [];
  for (const entry of shard.entries) {
    const reader = new RequirementReader(entry.path, context.mapping, findings);
    for await (const block of readEntryBlocks(source, entry, findings)) {
      yield reader.readBlock(block);
    }
    edges.push({ path: entry.path, lines: reader.lineCount, first: null, last: null });
  }
  return { objectCount: 0, edges, requirements: [], findings: findings.all };
}

/** Files are only verified: a resource waits for its use, a create-table statement is not executed. */
async function* readFiles({
  shard,
  source,
  signal,
}: Reading): AsyncGenerator<undefined, ShardContent> {
  const findings = new FindingList();
  for (const entry of shard.entries) {
    const content = readEntry(source, entry, findings);
    while ((await content.next()).done !== true) signal.throwIfAborted();
    yield;
  }
  return { objectCount: 0, edges: [], requirements: [], findings: findings.all };
}

function checkSize(edges: EntryEdges | undefined, entry: ShardEntry, findings: FindingList): void {
  const lines = edges?.lines ?? 0;
  const isTooLarge =
    lines > objectFileLimits.objects || (entry.bytes > objectFileLimits.bytes && lines > 1);
  if (isTooLarge) findings.add('ObjectFileTooLarge', { entry: entry.path });
}
