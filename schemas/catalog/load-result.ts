/** What a catalog file may be. */
export const catalogFormats = ['ndjson', 'dbt'] as const;
export type CatalogFormat = (typeof catalogFormats)[number];

/** What a load did; `created + changed + unchanged + deleted + ignoredDeletions` are the good lines, and the deletions of what a manifest has no more. */
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
  /** What became of the assets, for each type that the lines have. */
  readonly byType: Readonly<
    Record<
      string,
      {
        readonly created: number;
        readonly changed: number;
        readonly deleted: number;
        readonly unchanged: number;
      }
    >
  >;
  /** Only of dbt manifests. */
  readonly manifest?: ManifestResult;
}

/** What a load of a dbt manifest did besides; its objects are counted as lines. */
export interface ManifestResult {
  /** The dbt project the manifest is of, as dbt names it. */
  readonly dbtProject: string;
  readonly dbtVersion: string | null;
  readonly schemaVersion: number;
  /** RFC 3339; the time of the changes this load made. Null where the manifest does not say it. */
  readonly generatedAt: string | null;
  /** True where the load made the project's asset. */
  readonly projectCreated: boolean;
  /** Objects that no asset was made of, for each kind: `disabled`, `docs`, `groups` … */
  readonly leftOut: Readonly<Record<string, number>>;
  /** References of the manifest's objects. */
  readonly references: number;
  /** Those that name no asset of the tenant. */
  readonly danglingReferences: number;
}

/** How far a load is. */
export interface LoadProgress {
  readonly lines: number;
  /** Bytes of the source, compressed where it is. */
  readonly bytes: number;
}
