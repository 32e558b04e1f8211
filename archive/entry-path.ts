import { createHash } from 'node:crypto';

const maximumPartBytes = 255;
/** Room for the numbered suffix of a name that collides and for an extension. */
const suffixBytes = 24;
const digestCharacters = 16;
const reservedOnWindows = /^(con|prn|aux|nul|conin\$|conout\$|com[0-9]|lpt[0-9])(\.|$)/i;
const keptCharacter = /^[\p{L}\p{Nd}\-_.]$/u;

/**
 * One safe part of a path made from a name (RUN-19): everything but letters and digits of any
 * script, `-`, `_` and inner `.` is percent-encoded as UTF-8; never empty, never over 231 bytes,
 * never a name that Windows keeps to itself. The true name stands inside the file.
 *
 * @example encodePathPart('A/B: sum') // 'A%2FB%3A%20sum'
 */
export function encodePathPart(name: string): string {
  const characters = Array.from(name.toWellFormed());
  const pieces = characters.map((character, index) => {
    const isOuterDot = character === '.' && (index === 0 || index === characters.length - 1);
    return keptCharacter.test(character) && !isOuterDot ? character : percentEncode(character);
  });
  if (pieces.length === 0) return '%00';
  if (reservedOnWindows.test(pieces.join(''))) pieces[0] = percentEncode(pieces[0] ?? '');
  const part = pieces.join('');
  return Buffer.byteLength(part) <= maximumPartBytes - suffixBytes ? part : shorten(pieces, name);
}

/** Gives each name in a folder a path of its own; the same calls in the same order give the same paths. */
export interface PathAllocator {
  /** A path for a file; asked again for the same name, another one. `extension` starts with its dot. */
  allocateFile(folder: string, name: string, extension?: string): string;
  /** The path of a folder; asked again for the same name, the same one. */
  allocateFolder(folder: string, name: string): string;
}

/**
 * An allocator of paths: of names that differ only in case or Unicode form the later ones get a
 * numbered suffix (RUN-19).
 */
export function createPathAllocator(): PathAllocator {
  const taken = new Set<string>();
  const nextNumber = new Map<string, number>();
  const folders = new Map<string, string>();

  const allocate = (folder: string, name: string, extension: string): string => {
    const start = (folder === '' ? '' : `${folder}/`) + encodePathPart(name);
    const key = foldPath(start + extension);
    let number = nextNumber.get(key) ?? 1;
    let path: string;
    do {
      path = number === 1 ? start + extension : `${start}-${number}${extension}`;
      number++;
    } while (taken.has(foldPath(path)));
    nextNumber.set(key, number);
    taken.add(foldPath(path));
    return path;
  };

  return {
    allocateFile: (folder, name, extension = '') => allocate(folder, name, extension),
    allocateFolder(folder, name) {
      const key = JSON.stringify([folder, name]);
      const path = folders.get(key) ?? allocate(folder, name, '');
      folders.set(key, path);
      return path;
    },
  };
}

/** The form in which two paths are one file on systems that ignore case or Unicode form. */
export function foldPath(path: string): string {
  if (/^[a-z0-9/._%-]*$/.test(path)) return path;
  return path.normalize('NFKC').toUpperCase().toLowerCase().normalize('NFKC');
}

function percentEncode(character: string): string {
  const bytes = [...Buffer.from(character, 'utf8')];
  return bytes.map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('');
}

/** Cuts at a whole character; a digest tells long names with the same beginning apart. */
function shorten(pieces: readonly string[], name: string): string {
  const digest = createHash('sha256').update(name).digest('hex').slice(0, digestCharacters);
  const room = maximumPartBytes - suffixBytes - digestCharacters - 1;
  let kept = '';
  let bytes = 0;
  for (const piece of pieces) {
    bytes += Buffer.byteLength(piece);
    if (bytes > room) break;
    kept += piece;
  }
  return `${kept}-${digest}`;
}
