import type { ArchiveSource } from '../../archive/archive-source';

/** How far the check of a file is, in bytes read; a check reads the file twice. */
export interface PackageProgress {
  readonly done: number;
  readonly total: number;
}

/** The same source, telling after every piece how much of it was read. */
export function meterSource(
  source: ArchiveSource,
  onProgress: ((progress: PackageProgress) => void) | undefined,
): ArchiveSource {
  if (onProgress === undefined) return source;
  // Once for the entries and once for the digest of the file as a whole.
  const total = source.size * 2;
  let done = 0;
  const count = (bytes: number): void => {
    done = Math.min(total, done + bytes);
    onProgress({ done, total });
  };
  return {
    size: source.size,
    async read(offset, length) {
      const content = await source.read(offset, length);
      count(length);
      return content;
    },
    stream(offset, length) {
      count(length);
      return source.stream(offset, length);
    },
  };
}
