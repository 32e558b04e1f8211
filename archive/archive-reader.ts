import { Readable } from 'node:stream';
import { archiveRefusal } from './archive-findings';
import { defaultArchiveLimits, type ArchiveLimits } from './archive-limits';
import type { ArchiveSource } from './archive-source';
import { readDirectory } from './central-directory';
import { findDirectoryFaults } from './directory-rules';
import { readContent, readSmallContent } from './entry-reader';
import { locateEntries, type ContentRecord, type LocatedEntry } from './entry-spans';
import type { DirectoryRecord } from './zip-records';

/** An entry of an archive whose list of entries passed every rule of RUN-19. */
export interface ArchiveEntry {
  readonly path: string;
  readonly isFolder: boolean;
  /** Size of the content. */
  readonly bytes: number;
  readonly compressedBytes: number;
  readonly crc32: number;
  /**
   * The content; the stream fails with `ArchiveRefused` where header, size, checksum or compressed
   * data differ from what was declared. Never brings more bytes than declared.
   */
  stream(): Readable;
  /** The content in memory; the caller has looked at `bytes`. Fails as `stream` does. */
  read(): Promise<Buffer>;
}

/** An archive that may be read: entries in the order of its list. */
export interface Archive {
  readonly entries: readonly ArchiveEntry[];
  readonly records: readonly DirectoryRecord[];
  /** Where the entries end and the list of entries begins. */
  readonly directoryOffset: number;
  find(path: string): ArchiveEntry | undefined;
  /** Where the entry of this path lies. */
  locate(path: string): LocatedEntry | undefined;
}

/**
 * Opens an archive from outside. Refuses it (`ArchiveRefused`, with a finding for every reason) if
 * its list of entries breaks a rule of RUN-19; what only shows inside an entry is found while that is
 * read.
 *
 * @example const archive = await openArchive(bufferSource(bytes));
 */
export async function openArchive(
  source: ArchiveSource,
  limits: Partial<ArchiveLimits> = {},
): Promise<Archive> {
  const allowed = { ...defaultArchiveLimits, ...limits };
  const directory = await readDirectory(source, allowed);
  const located = locateEntries(directory);
  const faults = findDirectoryFaults({
    directory,
    located,
    limits: allowed,
    archiveBytes: source.size,
  });
  if (faults.length > 0) throw archiveRefusal(faults);
  const entries = located.map((entry) => new SourceEntry(source, entry));
  const byPath = new Map(entries.map((entry) => [entry.path, entry]));
  return {
    entries,
    records: directory.records,
    directoryOffset: directory.offset,
    find: (path) => byPath.get(path),
    locate: (path) => byPath.get(path)?.located,
  };
}

/** The entry whose place is known. */
export function toEntry(source: ArchiveSource, entry: LocatedEntry<ContentRecord>): ArchiveEntry {
  return new SourceEntry(source, entry);
}

/** Archives have many: an entry holds no more than where it lies. */
class SourceEntry<Known extends ContentRecord> implements ArchiveEntry {
  readonly #source: ArchiveSource;
  readonly located: LocatedEntry<Known>;

  constructor(source: ArchiveSource, located: LocatedEntry<Known>) {
    this.#source = source;
    this.located = located;
  }

  get path(): string {
    return this.located.record.path;
  }

  get isFolder(): boolean {
    return this.path.endsWith('/');
  }

  get bytes(): number {
    return this.located.record.bytes;
  }

  get compressedBytes(): number {
    return this.located.record.compressedBytes;
  }

  get crc32(): number {
    return this.located.record.crc32;
  }

  stream(): Readable {
    return Readable.from(readContent(this.#source, this.located), { objectMode: false });
  }

  read(): Promise<Buffer> {
    return readSmallContent(this.#source, this.located);
  }
}
