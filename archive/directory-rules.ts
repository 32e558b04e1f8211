import type { Finding } from '../schemas/runs/finding';
import { archiveFinding, type ArchiveFindingCode } from './archive-findings';
import type { ArchiveLimits } from './archive-limits';
import { parseExtraFields, type CentralDirectory } from './central-directory';
import { findPathFaults } from './entry-name-rules';
import { foldPath } from './entry-path';
import type { LocatedEntry } from './entry-spans';
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
  for (const about of [findSpaceFaults, findEntryFaults, findPathMeetings]) {
    for (const finding of about(judged)) {
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

interface Place {
  readonly path: string;
  readonly isFolder: boolean;
  readonly isImplied: boolean;
}

/** Entries among each other: paths that are, or may become, the same file. */
function* findPathMeetings({ directory }: JudgedDirectory): Generator<Finding> {
  const places = new Map<string, Place>();
  for (const { path } of directory.records) {
    const isFolder = path.endsWith('/');
    const own = { path: isFolder ? path.slice(0, -1) : path, isFolder, isImplied: false };
    for (const place of [...impliedFolders(own.path), own]) {
      const key = foldPath(place.path);
      const other = places.get(key);
      const code = other === undefined ? undefined : judgeMeeting(place, other);
      if (code !== undefined) yield archiveFinding(code, { entry: path });
      if (other === undefined || (other.isImplied && !place.isImplied)) places.set(key, place);
    }
  }
}

function impliedFolders(path: string): Place[] {
  const folders: Place[] = [];
  for (let slash = path.indexOf('/'); slash !== -1; slash = path.indexOf('/', slash + 1)) {
    folders.push({ path: path.slice(0, slash), isFolder: true, isImplied: true });
  }
  return folders;
}

function judgeMeeting(place: Place, other: Place): ArchiveFindingCode | undefined {
  if (place.isFolder !== other.isFolder) return 'EntryPathFileAsFolder';
  if (place.path !== other.path) return 'EntryPathCollision';
  return place.isImplied || other.isImplied ? undefined : 'EntryPathDuplicate';
}
