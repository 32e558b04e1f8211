import { hash } from 'node:crypto';
import { compareIdentities, type LineIdentity } from '../../archive/line-identity';
import { FindingList } from '../../archive/package-findings';
import { findAssetType } from '../../schemas/catalog/asset-types';
import type { EntryEdges } from '../../schemas/imports/package-shard';
import type { CopyWriter } from '../../store/catalog/copy-writer';
import { toMicroseconds, type ReadDocument } from '../../store/catalog/read-document';
import { beginRow, writeParsedRow, type RowPlace } from '../../store/imports/package-rows';
import type { MappedReference } from '../../store/imports/mapped-references';
import { hasEscapes, isNull, isPlainDocument, places, type ExpectedType } from './fast-document';
import type { InspectLine, InspectorOf } from './line-inspectors';
import { readPackageLine, type LineContext } from './read-package-line';

const lineFeed = 0x0a;
const emptyText = Buffer.alloc(0);

/** Which rows the lines become. */
export interface IndexedShard {
  readonly indexId: number;
  readonly shard: number;
  readonly kind: 'objects' | 'deletions';
}

/** Turns the lines of the entries of one shard into rows, and finds what is wrong with them (REL-29). */
export class LineIndexer {
  readonly findings = new FindingList();
  /** What inspectors say: it must not crowd out what is wrong with the package. */
  readonly remarks = new FindingList();
  readonly edges: EntryEdges[] = [];
  readonly mappedReferences: MappedReference[] = [];
  objectCount = 0;
  readonly #shard: IndexedShard;
  readonly #context: LineContext & { readonly inspectorOf: InspectorOf };
  readonly #writer: CopyWriter;
  readonly #spans = new Int32Array(24);
  #line = 0;
  #path = '';
  #type: string | undefined;
  #expected: ExpectedType | undefined;
  #inspect: InspectLine | undefined;
  #entryLines = 0;
  #first: LineIdentity | undefined;
  #last: LineIdentity | undefined;
  #changedAt = { text: '', value: 0n };

  constructor(
    shard: IndexedShard,
    context: LineContext & { readonly inspectorOf: InspectorOf },
    writer: CopyWriter,
  ) {
    this.#shard = shard;
    this.#context = context;
    this.#writer = writer;
  }

  /** Begins an entry; its objects have to be of this type, deletions may be of any. */
  beginEntry(path: string, type: string | undefined): void {
    const row = type === undefined ? undefined : findAssetType(type);
    this.#path = path;
    this.#type = type;
    this.#entryLines = 0;
    this.#first = this.#last = undefined;
    this.#inspect = type === undefined ? undefined : this.#context.inspectorOf(type);
    const isPlain = row !== undefined && row.secretFields === undefined;
    this.#expected = isPlain
      ? { quoted: Buffer.from(`"${String(type)}"`, 'utf8'), hasProject: row.scope === 'project' }
      : undefined;
  }

  /** Indexes a block of whole lines. */
  addBlock(block: Buffer): void {
    for (let start = 0; start < block.length;) {
      const end = block.indexOf(lineFeed, start);
      this.#line++;
      this.#entryLines++;
      if (!this.#addPlain(block, start, end)) this.#addParsed(block.toString('utf8', start, end));
      start = end + 1;
    }
  }

  endEntry(): void {
    this.edges.push({
      path: this.#path,
      lines: this.#entryLines,
      first: toEdge(this.#first),
      last: toEdge(this.#last),
    });
  }

  get #place(): RowPlace {
    const { indexId, shard } = this.#shard;
    return { indexId, shard, line: this.#line };
  }

  #addPlain(block: Buffer, start: number, end: number): boolean {
    const expected = this.#expected;
    const { mapping } = this.#context;
    if (expected === undefined || mapping?.mayTouch(block.toString('utf8', start, end)) === true)
      return false;
    const spans = this.#spans;
    if (!isPlainDocument(block, { start, end }, { spans, expected })) return false;
    this.#noteIdentity({
      type: this.#type ?? null,
      project: textAt(block, spans, places.project),
      code: textAt(block, spans, places.code) ?? '',
    });
    this.objectCount++;
    if (this.#inspect !== undefined)
      this.remarks.addAll(this.#inspect(block.toString('utf8', start, end)));
    this.#writePlainRow(block, start, end);
    return true;
  }

  #writePlainRow(block: Buffer, start: number, end: number): void {
    const writer = this.#writer;
    const spans = this.#spans;
    beginRow(writer, this.#place);
    this.#writeMember(block, places.type);
    if (isNull(block, spans[places.project] as number)) writer.slice(emptyText, 0, 0);
    else this.#writeMember(block, places.project);
    this.#writeMember(block, places.code);
    this.#writeMember(block, places.segment);
    this.#writeTitle(block);
    this.#writeMember(block, places.owner);
    writer.timestamp(this.#changedAtOf(block));
    this.#writeMember(block, places.changedBy);
    writer.bytes(hash('sha256', block.subarray(start, end), 'buffer'));
    writer.int4(end - start);
    writer.null();
    writer.null();
    writer.boolean(false);
    writer.boolean(false);
    const [references, referencesEnd] = [
      spans[places.references] as number,
      spans[places.references + 1] as number,
    ];
    if (referencesEnd - references === 2) {
      writer.null();
      writer.null();
    } else {
      writer.int4(references - start);
      writer.int4(referencesEnd - references);
    }
  }

  #writeTitle(block: Buffer): void {
    const start = this.#spans[places.name] as number;
    const end = this.#spans[places.name + 1] as number;
    if (!hasEscapes(block, start, end)) this.#writeMember(block, places.name);
    else this.#writer.text(JSON.parse(block.toString('utf8', start, end)) as string);
  }

  /** A text without escapes: its bytes are its content. */
  #writeMember(block: Buffer, place: number): void {
    const start = this.#spans[place] as number;
    if (isNull(block, start)) this.#writer.null();
    else this.#writer.slice(block, start + 1, (this.#spans[place + 1] as number) - 1);
  }

  /** Many objects were changed at one time. */
  #changedAtOf(block: Buffer): bigint {
    const text = textAt(block, this.#spans, places.changedAt) ?? '';
    if (text !== this.#changedAt.text) this.#changedAt = { text, value: toMicroseconds(text) };
    return this.#changedAt.value;
  }

  #addParsed(text: string): void {
    const line = { path: this.#path, number: this.#entryLines, text };
    const reading = readPackageLine(line, this.#context);
    if ('findings' in reading) {
      this.findings.addAll(reading.findings);
      return;
    }
    const { object, source } = reading;
    const isDeletion = object.content === null;
    const isWrongKind = isDeletion !== (this.#shard.kind === 'deletions');
    const isWrongType = this.#type !== undefined && source.type !== this.#type;
    if (isWrongKind) this.#report('LineInvalid');
    else if (isWrongType) this.#report('ObjectTypeWrong');
    this.#noteIdentity({ ...source, project: source.project === '' ? null : source.project });
    this.objectCount++;
    this.#noteMapped(reading.original?.references, object);
    if (object.content !== null) this.remarks.addAll(this.#inspect?.(object.content.body) ?? []);
    writeParsedRow(this.#writer, this.#place, object);
  }

  /** Where the mapping leads references elsewhere, nobody has looked yet whether there is something. */
  #noteMapped(
    before: readonly MappedReference['reference'][] | undefined,
    object: ReadDocument,
  ): void {
    if (this.#context.mapping === undefined || before === undefined) return;
    const { type, project, code } = object;
    for (const [index, reference] of (object.content?.document.references ?? []).entries()) {
      const old = before[index];
      const isSame =
        old?.type === reference.type &&
        old.project === reference.project &&
        old.code === reference.code;
      if (!isSame) this.mappedReferences.push({ reference, by: { type, project, code } });
    }
  }

  #noteIdentity(identity: LineIdentity): void {
    if (this.#last !== undefined && compareIdentities(this.#last, identity) >= 0)
      this.#report('LineOutOfOrder');
    this.#first ??= identity;
    this.#last = identity;
  }

  #report(code: 'LineInvalid' | 'ObjectTypeWrong' | 'LineOutOfOrder'): void {
    this.findings.add(code, { entry: this.#path, detail: `line ${this.#entryLines}` });
  }
}

function textAt(block: Buffer, spans: Int32Array, place: number): string | null {
  const start = spans[place] as number;
  return isNull(block, start)
    ? null
    : block.toString('utf8', start + 1, (spans[place + 1] as number) - 1);
}

function toEdge(identity: LineIdentity | undefined): EntryEdges['first'] {
  if (identity === undefined) return null;
  return [identity.type ?? '', identity.project ?? '', identity.code];
}
