import { isUtf8 } from 'node:buffer';
import type { ArchiveFindingCode } from './archive-findings';

/** A longer path is refused, whatever it says. */
export const maximumPathBytes = 4096;
const maximumPartBytes = 255;
const controlCharacters = /[\u0000-\u001f\u007f-\u009f]/;

/**
 * Every reason to refuse an entry's path, whatever system it will be unpacked on (RUN-19); a folder's
 * path ends with `/`.
 */
export function findPathFaults(
  path: string,
  pathBytes: Uint8Array = Buffer.from(path),
): ArchiveFindingCode[] {
  const faults: ArchiveFindingCode[] = [];
  const parts = (path.endsWith('/') ? path.slice(0, -1) : path).split('/');
  if (path.startsWith('/')) faults.push('EntryPathAbsolute');
  if (/^[a-z]:/i.test(path)) faults.push('EntryPathDrive');
  if (path.includes('\\')) faults.push('EntryPathBackslash');
  if (controlCharacters.test(path)) faults.push('EntryPathControl');
  if (!isUtf8(pathBytes)) faults.push('EntryPathNotUtf8');
  if (path.split(/[/\\]/).some(isTraversal)) faults.push('EntryPathTraversal');
  if (parts.some((part, index) => part === '' && !(index === 0 && path.startsWith('/'))))
    faults.push('EntryPathEmpty');
  if (
    pathBytes.length > maximumPathBytes ||
    parts.some((part) => Buffer.byteLength(part) > maximumPartBytes)
  ) {
    faults.push('EntryPathTooLong');
  }
  return faults;
}

/** Windows drops blanks and dots at the end of a part, so that `.. ` is `..` there. */
function isTraversal(part: string): boolean {
  return part === '.' || /^\.\.[. ]*$/.test(part);
}
