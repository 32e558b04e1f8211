import type { Finding } from '../schemas/runs/finding';
import { archiveFinding, type ArchiveFindingCode } from './archive-findings';
import { maximumPathBytes } from './entry-name-rules';
import { foldPath } from './entry-path';
import type { DirectoryRecord } from './zip-records';

/** A file or folder of an archive, an implied one where it is but part of the path of another. */
interface Place {
  readonly id: number;
  readonly part: string;
  readonly isFolder: boolean;
  readonly isImplied: boolean;
}

/**
 * Entries whose paths are, or may become, the same file (RUN-19). Folders count as places too: paths of
 * many parts each could otherwise name far more of them than there are entries. Past `maxPlaces` the
 * archive is refused, and nothing more is looked for.
 */
export function* findPathMeetings(
  records: readonly DirectoryRecord[],
  maxPlaces: number,
): Generator<Finding> {
  const places = new Map<string, Place>();
  for (const { path, pathBytes } of records) {
    if (pathBytes.length > maximumPathBytes) continue;
    const parts = partsOf(path);
    let parent = 0;
    let isSame = true;
    for (const [index, part] of parts.entries()) {
      const isImplied = index < parts.length - 1;
      const isFolder = isImplied || path.endsWith('/');
      const key = `${parent}/${foldPath(part)}`;
      const other = places.get(key);
      isSame &&= other === undefined || other.part === part;
      const id = other?.id ?? places.size + 1;
      const place = { id, part, isFolder, isImplied };
      const code = other === undefined ? undefined : judgeMeeting(place, { other, isSame });
      if (code !== undefined) yield archiveFinding(code, { entry: path });
      if (other === undefined || (other.isImplied && !isImplied)) places.set(key, place);
      if (places.size > maxPlaces) {
        const detail = `with their folders more than ${maxPlaces}`;
        yield archiveFinding('ArchiveTooManyEntries', { detail });
        return;
      }
      parent = id;
    }
  }
}

function partsOf(path: string): string[] {
  return (path.endsWith('/') ? path.slice(0, -1) : path).split('/');
}

function judgeMeeting(
  place: Place,
  { other, isSame }: { readonly other: Place; readonly isSame: boolean },
): ArchiveFindingCode | undefined {
  if (place.isFolder !== other.isFolder) return 'EntryPathFileAsFolder';
  if (!isSame) return 'EntryPathCollision';
  return place.isImplied || other.isImplied ? undefined : 'EntryPathDuplicate';
}
