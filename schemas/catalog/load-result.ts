/** What a load did; `created + changed + unchanged + deleted + ignoredDeletions` are the good lines. */
export interface LoadResult {
  /** Lines with something on them, the bad ones included. */
  readonly lines: number;
  /** Assets that were not there, or were deleted. */
  readonly created: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly deleted: number;
  /** Deletions of assets that were not there. */
  readonly ignoredDeletions: number;
  /** Bad lines that were left out; 0 unless they were to be. */
  readonly skipped: number;
  /** Contents that no tenant had before. */
  readonly contents: number;
  /** References of those contents. */
  readonly references: number;
  /** What became of the assets, for each type that changed. */
  readonly byType: Readonly<
    Record<string, { readonly created: number; readonly changed: number; readonly deleted: number }>
  >;
}

/** How far a load is. */
export interface LoadProgress {
  readonly lines: number;
  /** Bytes of the source, compressed where it is. */
  readonly bytes: number;
}
