const gibibyte = 2 ** 30;

/** What an archive from outside may cost (RUN-19). */
export interface ArchiveLimits {
  readonly maxEntries: number;
  /** Bytes of the list of entries, which is read into memory. */
  readonly maxDirectoryBytes: number;
  /** Bytes of all content, unpacked. */
  readonly maxBytes: number;
  /** Bytes of the content of one entry, unpacked. */
  readonly maxEntryBytes: number;
  /** How many times larger unpacked content may be than packed, for entries over `ratioFloorBytes`. */
  readonly maxRatio: number;
  readonly ratioFloorBytes: number;
}

/** The limits that hold where a caller sets none. */
export const defaultArchiveLimits: ArchiveLimits = {
  maxEntries: 250_000,
  maxDirectoryBytes: 64 * 2 ** 20,
  maxBytes: 64 * gibibyte,
  maxEntryBytes: 16 * gibibyte,
  maxRatio: 500,
  ratioFloorBytes: 2 ** 20,
};
