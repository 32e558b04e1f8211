import type { Finding } from '../schemas/runs/finding';
import { PipelineError } from '../schemas/pipeline-error';
import { shorten } from '../schemas/shorten';

const another = 'Fetch the archive again, or have it made again with a plain ZIP tool.';
const rename = 'Have the archive made again with relative paths of plain names.';
const limits = 'If the archive is to be trusted, let an administrator raise the limit.';

/** Why an archive from outside is refused (RUN-19): one code a reason. */
export const archiveFindings = {
  ArchiveTruncated: ['The archive is not a ZIP or its end is missing', another],
  ArchiveTrailingData: ['Bytes follow the end of the archive', another],
  ArchiveHiddenData: ['The archive holds bytes that belong to no entry', another],
  ArchiveMultiDisk: [
    'The archive is one part of several',
    'Have the archive made again in one part.',
  ],
  ArchiveDirectoryBroken: ['The list of entries cannot be read', another],
  ArchiveZip64Broken: ['The records for large archives contradict each other', another],
  ArchiveTooManyEntries: ['The archive has more entries than allowed', limits],
  ArchiveTooLarge: ['The content is larger than allowed', limits],
  EntryTooLarge: ['An entry is larger than allowed', limits],
  EntryRatioTooHigh: ['An entry grows more on unpacking than allowed', limits],
  EntryPathEmpty: ['An entry has no name or an empty part in its path', rename],
  EntryPathAbsolute: ['The path is absolute', rename],
  EntryPathTraversal: ['The path leaves its place', rename],
  EntryPathBackslash: ['The path holds a backslash', rename],
  EntryPathDrive: ['The path begins with a drive letter', rename],
  EntryPathControl: ['The path holds NUL or a control character', rename],
  EntryPathNotUtf8: ['The path is not UTF-8', rename],
  EntryPathAmbiguous: ['The entry has two different paths', rename],
  EntryPathTooLong: ['The path or a part of it is too long', rename],
  EntryPathDuplicate: ['Two entries have the same path', rename],
  EntryPathCollision: ['Two paths differ only in case or Unicode form', rename],
  EntryPathFileAsFolder: ['A file is also the folder of another entry', rename],
  EntryNotFile: ['The entry is a link or a device, not a file', rename],
  EntryEncrypted: ['The entry is encrypted', 'Have the archive made again without encryption.'],
  EntryMethodUnknown: ['The entry is not stored or deflated', another],
  EntryExtraBroken: ['The extra fields of the entry cannot be read', another],
  EntryOverlap: ['The entry shares bytes with another', another],
  EntryHeaderMismatch: [
    'The entry\u2019s own header says something else than the list of entries',
    another,
  ],
  EntryDataBroken: ['The content cannot be decompressed', another],
  EntrySizeMismatch: ['The content has another size than declared', another],
  EntryCrcMismatch: ['The content has another checksum than declared', another],
} as const satisfies Record<string, readonly [reason: string, fix: string]>;

/** The code of a reason to refuse an archive. */
export type ArchiveFindingCode = keyof typeof archiveFindings;

/** A finding about an archive; with `entry` its object has type `entry` and the path as code. */
export function archiveFinding(
  code: ArchiveFindingCode,
  about: { entry?: string; detail?: string } = {},
): Finding {
  const [reason, fix] = archiveFindings[code];
  return {
    code,
    severity: 'error',
    ...(about.entry === undefined
      ? {}
      : { object: { type: 'entry', project: null, code: shorten(about.entry) } }),
    reason: about.detail === undefined ? reason : `${reason}: ${shorten(about.detail)}`,
    fix,
    overridable: false,
  };
}

/** The error that refuses an archive, with all its findings; its `reasons` are their codes. */
export function archiveRefusal(findings: readonly Finding[], cause?: unknown): PipelineError {
  const reasons = [...new Set(findings.map((finding) => finding.code))];
  return new PipelineError(
    'ArchiveRefused',
    { reasons },
    { findings, ...(cause === undefined ? {} : { cause }) },
  );
}

/** The error that refuses an archive for one reason. */
export function archiveFault(
  code: ArchiveFindingCode,
  about: { entry?: string; detail?: string; cause?: unknown } = {},
): PipelineError {
  return archiveRefusal([archiveFinding(code, about)], about.cause);
}
