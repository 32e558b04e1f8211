interface Refusal {
  readonly codes: readonly string[];
  /** Why it is refused though a plain reader accepts it. */
  readonly stricter?: string;
}

const hiddenEnd =
  'what lies outside the entries may be another archive, which another reader would open';

/**
 * The verdict over odd, broken and hostile archives of the yauzl and Go test suites, by the first
 * eight digits of their SHA-256; all others are accepted.
 */
export const refusedArchives: Readonly<Record<string, Refusal>> = {
  // Structure
  '47e8b811': { codes: ['ArchiveTruncated'] },
  e3b0c442: { codes: ['ArchiveTruncated'] },
  b9e8acbe: { codes: ['ArchiveTrailingData'], stricter: hiddenEnd },
  '9ee76aa8': { codes: ['ArchiveTrailingData'], stricter: hiddenEnd },
  d88728cf: { codes: ['ArchiveTrailingData'], stricter: hiddenEnd },
  acb77caa: { codes: ['ArchiveTrailingData'], stricter: hiddenEnd },
  '60452121': { codes: ['ArchiveHiddenData'] },
  '37a0aac9': { codes: ['ArchiveDirectoryBroken'] },
  faddf230: { codes: ['ArchiveMultiDisk'], stricter: 'the archive says that it is not whole' },
  '372a23e3': { codes: ['ArchiveZip64Broken'] },
  '91ce5bd3': { codes: ['ArchiveZip64Broken'] },
  bed93ae3: { codes: ['ArchiveZip64Broken'] },
  e5b9f000: { codes: ['ArchiveZip64Broken'] },
  '4e326682': { codes: ['ArchiveZip64Broken'] },
  f4ffdac9: { codes: ['ArchiveZip64Broken'] },
  '1c0460cd': { codes: ['ArchiveTruncated'] },
  '7dd52c12': {
    codes: ['ArchiveTruncated', 'EntrySizeMismatch'],
    stricter: 'the list says 2 GB; a reader that trusts the list reads past the end',
  },
  // Paths
  ddeaba31: { codes: ['EntryPathDrive'] },
  b99cd136: { codes: ['EntryPathAbsolute'] },
  ffd201bc: { codes: ['EntryPathBackslash'] },
  '8e1a2fe1': { codes: ['EntryPathTraversal'] },
  '80a6fbb7': {
    codes: ['EntryPathFileAsFolder'],
    stricter: 'a file and a folder of one name cannot both be unpacked',
  },
  '8ac615aa': {
    codes: ['EntryPathControl', 'EntryExtraBroken', 'EntryPathAmbiguous'],
    stricter: 'two readers would give the entry two different paths',
  },
  // Kinds
  c871234a: { codes: ['EntryNotFile'], stricter: 'a link leads out of its place' },
  '09446962': { codes: ['EntryEncrypted'] },
  f76f0b7e: { codes: ['EntryEncrypted'] },
  cbd59606: { codes: ['EntryEncrypted'] },
  '728c388a': { codes: ['EntryMethodUnknown'] },
  f478e425: { codes: ['EntryMethodUnknown'] },
  // Headers, sizes, content
  '5ef9b603': { codes: ['EntryExtraBroken'] },
  '3d3443e3': { codes: ['EntryHeaderMismatch'] },
  '5dd6321a': { codes: ['EntryHeaderMismatch'] },
  '7064ecc6': { codes: ['EntrySizeMismatch'] },
  b168c29e: {
    codes: ['EntryRatioTooHigh'],
    stricter: 'over 1 MiB, and over 500 times larger than packed',
  },
  '8dd49168': { codes: ['EntryDataBroken'] },
  a581572d: { codes: ['EntryDataBroken'] },
};
