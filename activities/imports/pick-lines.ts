import { hash } from 'node:crypto';
import type { ArchiveSource } from '../../archive/archive-source';
import { FindingList } from '../../archive/package-findings';
import type { EntryEdges, ShardEntry } from '../../schemas/imports/package-shard';
import { PipelineError } from '../../schemas/pipeline-error';
import type { ContentReference } from '../../store/imports/stage-contents';
import type { WantedLine } from '../../store/imports/wanted-lines';
import { readPackageLine, type LineContext } from './read-package-line';
import { fetchEntries, readEntryBlocks } from './read-shard-entries';

const lineFeed = 0x0a;

/** A shard whose lines are known. */
export interface PickingShard {
  readonly entries: readonly ShardEntry[];
  /** Of its entries, in their order. */
  readonly edges: readonly EntryEdges[];
  readonly source: ArchiveSource;
  readonly context: LineContext;
  readonly signal: AbortSignal;
}

/** The content that a line is in this tenant; only good until the next one is taken. */
export interface PickedContent {
  readonly bytes: Buffer;
  references(): readonly ContentReference[];
}

/**
 * Reads lines of a shard that was indexed again, block by block, only the entries in which something
 * is wanted. Throws `StagedObjectCorrupt` where they are not what they were.
 */
export async function* pickLines<Wanted extends WantedLine>(
  shard: PickingShard,
  wanted: readonly Wanted[],
  take: (wanted: Wanted, content: PickedContent) => void,
): AsyncGenerator<undefined> {
  const entries = entriesWithLines(shard, wanted);
  const fetched = await fetchEntries(
    shard.source,
    entries.map(({ entry }) => entry),
  );
  for (const { entry, firstLine, lines } of entries) {
    const picker = new LinePicker({ path: entry.path, firstLine, lines }, shard.context, take);
    const findings = new FindingList();
    for await (const block of readEntryBlocks(fetched, entry, findings)) {
      shard.signal.throwIfAborted();
      picker.addBlock(block);
      yield;
    }
    // It was good when it was indexed: the store has changed it since.
    if (findings.all.length > 0 || !picker.isDone)
      throw new PipelineError('StagedObjectCorrupt', { entry: entry.path });
  }
}

interface EntryToPick<Wanted> {
  readonly entry: ShardEntry;
  /** Its first line, counted over the shard. */
  readonly firstLine: number;
  readonly lines: readonly Wanted[];
}

function entriesWithLines<Wanted extends WantedLine>(
  { entries, edges }: PickingShard,
  wanted: readonly Wanted[],
): EntryToPick<Wanted>[] {
  const picked: EntryToPick<Wanted>[] = [];
  let firstLine = 1;
  let next = 0;
  for (const [index, entry] of entries.entries()) {
    const end = firstLine + (edges[index]?.lines ?? 0);
    const begin = next;
    while (next < wanted.length && (wanted[next] as Wanted).line < end) next++;
    if (next > begin) picked.push({ entry, firstLine, lines: wanted.slice(begin, next) });
    firstLine = end;
  }
  return picked;
}

interface EntryLines<Wanted> {
  readonly path: string;
  readonly firstLine: number;
  /** In their order. */
  readonly lines: readonly Wanted[];
}

/** Picks the wanted lines of one entry. */
class LinePicker<Wanted extends WantedLine> {
  readonly #entry: EntryLines<Wanted>;
  readonly #context: LineContext;
  readonly #take: (wanted: Wanted, content: PickedContent) => void;
  #line: number;
  #next = 0;

  constructor(
    entry: EntryLines<Wanted>,
    context: LineContext,
    take: (wanted: Wanted, content: PickedContent) => void,
  ) {
    this.#entry = entry;
    this.#context = context;
    this.#take = take;
    this.#line = entry.firstLine - 1;
  }

  get isDone(): boolean {
    return this.#next === this.#entry.lines.length;
  }

  addBlock(block: Buffer): void {
    for (let start = 0; start < block.length && !this.isDone;) {
      const end = block.indexOf(lineFeed, start);
      this.#line++;
      const wanted = this.#entry.lines[this.#next] as Wanted;
      if (wanted.line === this.#line) {
        this.#next++;
        this.#pick(wanted, block.subarray(start, end));
      }
      start = end + 1;
    }
  }

  #pick(wanted: Wanted, line: Buffer): void {
    if (wanted.reread) this.#reread(wanted, line.toString('utf8'));
    else this.#take(wanted, { bytes: line, references: () => referencesIn(line, wanted) });
  }

  /** The same line gives the same content as when it was indexed. */
  #reread(wanted: Wanted, text: string): void {
    const { path, firstLine } = this.#entry;
    const line = { path, number: this.#line - firstLine + 1, text };
    const reading = readPackageLine(line, this.#context);
    const content = 'object' in reading ? reading.object.content : null;
    const bytes = Buffer.from(content?.body ?? '', 'utf8');
    if (content === null || !hash('sha256', bytes, 'buffer').equals(wanted.digest))
      throw new PipelineError('StagedObjectCorrupt', { entry: path, line: line.number });
    this.#take(wanted, { bytes, references: () => content.document.references });
  }
}

function referencesIn(line: Buffer, wanted: WantedLine): readonly ContentReference[] {
  const { references_at: at, references_bytes: bytes } = wanted;
  if (at === null || bytes === null) return [];
  return JSON.parse(line.toString('utf8', at, at + bytes)) as ContentReference[];
}
