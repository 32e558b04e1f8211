/** What a shard of a package holds. */
export type PackageShardKind =
  'objects' | 'resources' | 'statements' | 'requirements' | 'deletions';

/**
 * One entry of a shard: where it lies in the archive, what the list of entries says of it and what the
 * manifest does. Plain values, to be kept.
 */
export interface ShardEntry {
  readonly path: string;
  readonly flags: number;
  readonly method: number;
  readonly dosTime: number;
  readonly dosDate: number;
  readonly crc32: number;
  readonly compressedBytes: number;
  readonly bytes: number;
  readonly headerOffset: number;
  /** Where the next entry, or the list of entries, begins. */
  readonly spanEnd: number;
  /** Of the content, hex. */
  readonly sha256: string;
}

/** Entries of a package that are read in one go; `type` where they are objects of a single one. */
export interface PackageShard {
  readonly number: number;
  readonly kind: PackageShardKind;
  readonly type: string | null;
  /** Unpacked. */
  readonly byteCount: number;
  readonly entries: readonly ShardEntry[];
}

/** What a file of lines turned out to be, for what only all files together show. */
export interface EntryEdges {
  readonly path: string;
  readonly lines: number;
  /** `[type, project, code]` of the first and the last line; null where there is none. */
  readonly first: readonly [string, string, string] | null;
  readonly last: readonly [string, string, string] | null;
}
