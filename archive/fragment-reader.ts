import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { PipelineError, isPipelineError } from '../schemas/pipeline-error';
import { tailSource } from './archive-source';
import { readDirectory } from './central-directory';
import type { WrittenEntry } from './fragment-writer';
import { flags, limit32, localHeaderBytes, type DirectoryRecord } from './zip-records';

/** A finished ZIP to take entries from, as `writeFragment` reported it. */
export interface Fragment {
  /** What to call it in an error, e.g. its key in the object store. */
  readonly name: string;
  /** Opens the bytes from `start` up to, not including, `end`. */
  readonly open: (start: number, end: number) => Promise<Readable>;
  readonly bytes: number;
  readonly sha256: string;
  readonly entries: readonly WrittenEntry[];
}

const unlimited = { maxEntries: Infinity, maxDirectoryBytes: Infinity };

/**
 * The bytes of a fragment's entries, without its list of entries, which is what it returns, read from
 * the fragment itself and compared with what its writer reported (`StagedObjectCorrupt`).
 */
export async function* readFragment(
  fragment: Fragment,
): AsyncGenerator<Buffer, readonly DirectoryRecord[]> {
  const directoryOffset = expectDirectory(fragment);
  const hash = createHash('sha256');
  const rest: Buffer[] = [];
  let position = 0;
  for await (const piece of await fragment.open(0, fragment.bytes)) {
    const chunk = piece as Buffer;
    hash.update(chunk);
    const before = chunk.subarray(0, Math.max(0, directoryOffset - position));
    if (before.length < chunk.length) rest.push(chunk.subarray(before.length));
    position += chunk.length;
    if (before.length > 0) yield before;
  }
  if (position !== fragment.bytes)
    throw corrupt(fragment, `${position} of ${fragment.bytes} bytes came`);
  if (hash.digest('hex') !== fragment.sha256) throw corrupt(fragment, 'its digest differs');
  const kept = Buffer.concat(rest);
  const directory = await readOwn(fragment, () =>
    readDirectory(tailSource(fragment.bytes, kept), unlimited),
  );
  compareEntries(fragment, directory.records, directory.offset);
  if (directory.offset !== directoryOffset)
    throw corrupt(fragment, 'it has another length than reported');
  return directory.records;
}

/** Where its list of entries has to begin: what was reported of the entries says how long they are. */
function expectDirectory({ bytes, entries }: Fragment): number {
  const offset = entries.reduce(
    (sum, entry) =>
      sum +
      localHeaderBytes +
      Buffer.byteLength(entry.path) +
      entry.compressedBytes +
      (Math.max(entry.bytes, entry.compressedBytes) > limit32 ? 24 : 16),
    0,
  );
  return Math.min(offset, bytes);
}

async function readOwn<Result>(fragment: Fragment, read: () => Promise<Result>): Promise<Result> {
  try {
    return await read();
  } catch (error) {
    if (isPipelineError(error, 'ArchiveRefused'))
      throw corrupt(fragment, 'it is not a whole ZIP', error);
    throw error;
  }
}

/** The entries must be those that were reported and fill the fragment without a gap. */
function compareEntries(
  fragment: Fragment,
  records: readonly DirectoryRecord[],
  directoryOffset: number,
): void {
  if (records.length !== fragment.entries.length)
    throw corrupt(fragment, 'it has other entries than reported');
  let offset = 0;
  for (const [index, record] of records.entries()) {
    const reported = fragment.entries[index];
    const isSame =
      record.path === reported?.path &&
      record.bytes === reported.bytes &&
      record.compressedBytes === reported.compressedBytes &&
      record.crc32 === reported.crc32;
    if (!isSame) throw corrupt(fragment, `the entry ${record.path} differs from what was reported`);
    if (record.headerOffset !== offset)
      throw corrupt(fragment, `the entry ${record.path} is out of place`);
    offset +=
      localHeaderBytes + record.pathBytes.length + record.compressedBytes + descriptorBytes(record);
  }
  if (offset !== directoryOffset) throw corrupt(fragment, 'it holds bytes that belong to no entry');
}

function descriptorBytes(record: DirectoryRecord): number {
  if ((record.flags & flags.dataDescriptor) === 0) return 0;
  return Math.max(record.bytes, record.compressedBytes) > 0xffffffff ? 24 : 16;
}

function corrupt(fragment: Fragment, reason: string, cause?: unknown): PipelineError {
  return new PipelineError(
    'StagedObjectCorrupt',
    { fragment: fragment.name, reason },
    cause === undefined ? {} : { cause },
  );
}
