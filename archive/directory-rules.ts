import type { Finding } from '../schemas/runs/finding';
import { archiveFinding, type ArchiveFindingCode } from './archive-findings';
import type { ArchiveLimits } from './archive-limits';
import { parseExtraFields, type CentralDirectory } from './central-directory';
import { findPathFaults } from './entry-name-rules';
import type { LocatedEntry } from './entry-spans';
import { findPathMeetings } from './path-meetings';
import { flags, localHeaderBytes, methods, type DirectoryRecord } from './zip-records';

/** Findings past this number say nothing new. */
const maximumFindings = 1000;
const unicodePathExtraId = 0x7075;
const fileTypeMask = 0xf000;
const fileTypes = { unset: 0, regular: 0x8000, folder: 0x4000 } as const;

/** An archive's list of entries with what it is judged by. */
export interface JudgedDirectory {
  readonly directory: CentralDirectory;
  readonly located: readonly LocatedEntry[];
  readonly limits: ArchiveLimits;
  readonly archiveBytes: number;
}

/** Every reason to refuse an archive that its list of entries shows (RUN-19). */
export function findDirectoryFaults(judged: JudgedDirectory): Finding[] {
  const findings: Finding[] = [];
  const { directory, limits } = judged;
  const maxPlaces = 2 * limits.maxEntries;
  for (const found of [
    findSpaceFaults(judged),
    findEntryFaults(judged),
    findPathMeetings(directory.records, maxPlaces),
  ]) {
    for (const finding of found) {
      findings.push(finding);
      if (findings.length === maximumFindings) return findings;
    }
  }
  return findings;
}

/** The archive as a whole: total size, bytes in front of and between entries. */
function* findSpaceFaults({
  directory,
  located,
  limits,
  archiveBytes,
}: JudgedDirectory): Generator<Finding> {
  const total = directory.records.reduce((sum, record) => sum + record.bytes, 0);
  if (total > limits.maxBytes)
    yield archiveFinding('ArchiveTooLarge', { detail: `${total} bytes` });
  const first = directory.records.reduce(
    (least, record) => Math.min(least, record.headerOffset),
    directory.offset,
  );
  if (first > 0)
    yield archiveFinding('ArchiveHiddenData', { detail: `${first} bytes before the first entry` });
  const seen = new Set<number>();
  for (const { record, spanEnd } of located) {
    const end =
      record.headerOffset + localHeaderBytes + record.pathBytes.length + record.compressedBytes;
    const about = { entry: record.path };
    if (end > archiveBytes) yield archiveFinding('ArchiveTruncated', about);
    else if (end > spanEnd || seen.has(record.headerOffset))
      yield archiveFinding('EntryOverlap', about);
    seen.add(record.headerOffset);
  }
}

/** Each entry by itself. */
function* findEntryFaults({ directory, limits }: JudgedDirectory): Generator<Finding> {
  for (const record of directory.records) {
    const codes = [
      ...findPathFaults(record.path, record.pathBytes),
      ...findKindFaults(record),
      ...findSizeFaults(record, limits),
    ];
    for (const code of codes) yield archiveFinding(code, { entry: record.path });
  }
}

function* findKindFaults(record: DirectoryRecord): Generator<ArchiveFindingCode> {
  const isFolder = record.path.endsWith('/');
  const type = (record.externalAttributes >>> 16) & fileTypeMask;
  const expected: number = isFolder ? fileTypes.folder : fileTypes.regular;
  if (type !== fileTypes.unset && type !== expected) yield 'EntryNotFile';
  if (record.diskNumber !== 0) yield 'ArchiveMultiDisk';
  const isEncrypted =
    (record.flags & (flags.encrypted | flags.strongEncryption | flags.maskedHeader)) !== 0;
  const isKnown = record.method === methods.stored || record.method === methods.deflated;
  if (isEncrypted) yield 'EntryEncrypted';
  else if (!isKnown || (record.flags & flags.patch) !== 0) yield 'EntryMethodUnknown';
  const { fields, isWhole } = parseExtraFields(record.extra);
  if (!isWhole) yield 'EntryExtraBroken';
  const unicodePath = fields.get(unicodePathExtraId);
  if (unicodePath !== undefined && !unicodePath.subarray(5).equals(record.pathBytes))
    yield 'EntryPathAmbiguous';
}

function* findSizeFaults(
  record: DirectoryRecord,
  limits: ArchiveLimits,
): Generator<ArchiveFindingCode> {
  const { bytes, compressedBytes } = record;
  if (bytes > limits.maxEntryBytes) yield 'EntryTooLarge';
  if (bytes > limits.ratioFloorBytes && bytes > compressedBytes * limits.maxRatio)
    yield 'EntryRatioTooHigh';
  const isEncrypted = (record.flags & flags.encrypted) !== 0;
  const isStored = record.method === methods.stored && !isEncrypted;
  if (isStored && bytes !== compressedBytes) yield 'EntrySizeMismatch';
  if (record.path.endsWith('/') && bytes !== 0) yield 'EntrySizeMismatch';
}
