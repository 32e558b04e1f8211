import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { ArchiveSource } from '../../archive/archive-source';
import { openEntry } from '../../archive/entry-location';
import { readLineBlocks } from '../../archive/line-reader';
import type { FindingList } from '../../archive/package-findings';
import type { ShardEntry } from '../../schemas/imports/package-shard';
import { isPipelineError, type PipelineError } from '../../schemas/pipeline-error';

/** Up to this size the packed entries of a shard are fetched at once, and wait in memory. */
const fetchedBytes = 8 * 2 ** 20;
const pieceBytes = 64 * 1024;

/** The packed entries of a shard in one go where they are small; they lie one behind the other. */
export async function fetchEntries(
  source: ArchiveSource,
  entries: readonly ShardEntry[],
): Promise<ArchiveSource> {
  const start = entries[0]?.headerOffset ?? 0;
  const end = entries.at(-1)?.spanEnd ?? 0;
  const inOrder = entries.every(
    (entry, index) =>
      index === 0 || entry.headerOffset === (entries[index - 1] as ShardEntry).spanEnd,
  );
  if (!inOrder || end - start > fetchedBytes) return source;
  return windowOf(source, { start, bytes: await source.read(start, end - start) });
}

/**
 * The content of an entry, inflated. What is wrong with it becomes findings, its checksum, size and
 * digest included; where it cannot be inflated it ends early. Rejects where the source cannot be read.
 */
export async function* readEntry(
  source: ArchiveSource,
  entry: ShardEntry,
  findings: FindingList,
): AsyncGenerator<Buffer> {
  const hash = createHash('sha256');
  try {
    for await (const piece of openEntry(source, entry).stream()) {
      hash.update(piece as Buffer);
      yield piece as Buffer;
    }
  } catch (error) {
    tell(error, findings);
    return;
  }
  if (hash.digest('hex') !== entry.sha256)
    findings.add('EntryDigestDiffers', { entry: entry.path });
}

/** The content of an entry of lines in blocks of whole lines, as `readEntry`. */
export async function* readEntryBlocks(
  source: ArchiveSource,
  entry: ShardEntry,
  findings: FindingList,
): AsyncGenerator<Buffer> {
  const found = findings.all.length;
  try {
    yield* readLineBlocks(readEntry(source, entry, findings), entry.path);
  } catch (error) {
    // Of what ends early the last line is cut, which says nothing new.
    if (findings.all.length === found) tell(error, findings);
    else if (!isFound(error)) throw error;
  }
}

function tell(error: unknown, findings: FindingList): void {
  if (!isFound(error)) throw error;
  findings.addAll(error.findings);
}

function isFound(error: unknown): error is PipelineError {
  return isPipelineError(error) && error.findings.length > 0;
}

/** A source of which a part lies in memory; what is outside is not asked for. */
function windowOf(
  source: ArchiveSource,
  { start, bytes }: { readonly start: number; readonly bytes: Buffer },
): ArchiveSource {
  const within = (offset: number, length: number): boolean =>
    offset >= start && offset + length <= start + bytes.length;
  return {
    size: source.size,
    read: (offset, length) =>
      within(offset, length)
        ? Promise.resolve(bytes.subarray(offset - start, offset - start + length))
        : source.read(offset, length),
    stream: (offset, length) =>
      within(offset, length)
        ? streamOf(bytes.subarray(offset - start, offset - start + length))
        : source.stream(offset, length),
  };
}

/** In pieces, so that inflating begins with the first of them. */
function streamOf(bytes: Buffer): Readable {
  const pieces = function* (): Generator<Buffer> {
    for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
  };
  return Readable.from(pieces(), { objectMode: false });
}
