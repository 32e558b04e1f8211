import { hash } from 'node:crypto';
import type { ArchiveSource } from '../../archive/archive-source';
import { FindingList } from '../../archive/package-findings';
import type { ImportBulkActivities } from '../../schemas/imports/activities';
import { PipelineError } from '../../schemas/pipeline-error';
import type { ShardEntry } from '../../schemas/imports/package-shard';
import { readPackageShard, type ShardToRead } from '../../store/imports/package-shards';
import { readReceivedImport } from '../../store/imports/received-import';
import {
  stageContents,
  type ContentReference,
  type ContentRows,
  type NeededContent,
} from '../../store/imports/stage-contents';
import type { Dependencies } from '../dependencies';
import { beating } from '../kit/beating';
import { createLineContext } from './line-context';
import { readPackageLine, type LineContext } from './read-package-line';
import { fetchEntries, readEntryBlocks } from './read-shard-entries';
import { stagedPackageSource } from './staged-package';

const lineFeed = 0x0a;

/**
 * Stores the contents of one shard that the plan needs and the catalog lacks (REL-33). Twice: what is
 * stored is not needed any more, and storing is one transaction.
 */
export function stageShard(dependencies: Dependencies): ImportBulkActivities['stageShard'] {
  return ({ runId, shard: number }) =>
    beating(async (beat, signal) => {
      const { database, objectStore } = dependencies;
      const { received } = await readReceivedImport(database, runId);
      const indexId = received.index_id ?? 0;
      const shard = await readPackageShard(database, { indexId, number });
      const context = await createLineContext(dependencies, { shard, received });
      const bytes = received.size_bytes ?? 0;
      const source = stagedPackageSource(objectStore, { runId, bytes, beat, signal });
      return stageContents(database, { runId, number }, (needed, rows) =>
        readNeeded({ shard, source, context, signal }, needed, rows),
      );
    });
}

interface Staging {
  readonly shard: ShardToRead;
  readonly source: ArchiveSource;
  readonly context: LineContext;
  readonly signal: AbortSignal;
}

/** Reads only entries in which something is needed. */
async function* readNeeded(
  { shard, source, context, signal }: Staging,
  needed: readonly NeededContent[],
  rows: ContentRows,
): AsyncGenerator<undefined> {
  const entries = entriesWithLines(shard, needed);
  const fetched = await fetchEntries(
    source,
    entries.map(({ entry }) => entry),
  );
  for (const { entry, firstLine, lines } of entries) {
    const picker = new LinePicker({ path: entry.path, lines, context, rows }, firstLine);
    const findings = new FindingList();
    for await (const block of readEntryBlocks(fetched, entry, findings)) {
      signal.throwIfAborted();
      picker.addBlock(block);
      yield;
    }
    // It was checked when it was indexed: the store has changed it since.
    if (findings.all.length > 0 || !picker.isDone)
      throw new PipelineError('StagedObjectCorrupt', { entry: entry.path });
  }
}

interface EntryToPick {
  readonly entry: ShardEntry;
  /** Its first line, counted over the shard. */
  readonly firstLine: number;
  readonly lines: readonly NeededContent[];
}

function entriesWithLines(
  { entries, edges }: ShardToRead,
  needed: readonly NeededContent[],
): EntryToPick[] {
  const picked: EntryToPick[] = [];
  let firstLine = 1;
  let next = 0;
  for (const [index, entry] of entries.entries()) {
    const end = firstLine + (edges[index]?.lines ?? 0);
    const begin = next;
    while (next < needed.length && (needed[next] as NeededContent).line < end) next++;
    if (next > begin) picked.push({ entry, firstLine, lines: needed.slice(begin, next) });
    firstLine = end;
  }
  return picked;
}

interface Picking {
  readonly path: string;
  /** In their order. */
  readonly lines: readonly NeededContent[];
  readonly context: LineContext;
  readonly rows: ContentRows;
}

/** Picks the needed lines of one entry. */
class LinePicker {
  readonly #picking: Picking;
  readonly #firstLine: number;
  #line: number;
  #next = 0;

  constructor(picking: Picking, firstLine: number) {
    this.#picking = picking;
    this.#firstLine = firstLine;
    this.#line = firstLine - 1;
  }

  get isDone(): boolean {
    return this.#next === this.#picking.lines.length;
  }

  addBlock(block: Buffer): void {
    const { lines } = this.#picking;
    for (let start = 0; start < block.length && !this.isDone;) {
      const end = block.indexOf(lineFeed, start);
      this.#line++;
      const needed = lines[this.#next] as NeededContent;
      if (needed.line === this.#line) {
        this.#next++;
        this.#pick(needed, block.subarray(start, end));
      }
      start = end + 1;
    }
  }

  #pick(needed: NeededContent, line: Buffer): void {
    const { rows } = this.#picking;
    if (needed.reread) this.#reread(needed, line.toString('utf8'));
    else rows.add(needed, line, referencesIn(line, needed));
  }

  /** The same line gives the same content as when it was indexed. */
  #reread(needed: NeededContent, text: string): void {
    const { path, context, rows } = this.#picking;
    const number = this.#line - this.#firstLine + 1;
    const reading = readPackageLine({ path, number, text }, context);
    const content = 'object' in reading ? reading.object.content : null;
    const body = Buffer.from(content?.body ?? '', 'utf8');
    if (content === null || !hash('sha256', body, 'buffer').equals(needed.digest))
      throw new PipelineError('StagedObjectCorrupt', { entry: path, line: number });
    rows.add(needed, body, content.document.references);
  }
}

function referencesIn(line: Buffer, needed: NeededContent): readonly ContentReference[] {
  const { references_at: at, references_bytes: bytes } = needed;
  if (at === null || bytes === null) return [];
  return JSON.parse(line.toString('utf8', at, at + bytes)) as ContentReference[];
}
