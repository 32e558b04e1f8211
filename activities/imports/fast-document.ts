import { scanDocument, type DocumentSpans } from '../../archive/document-scanner';
import { isInstant, maxNameLength, maxRoleLength } from '../../schemas/catalog/asset-document';

/** Places of the values in the spans: 2n is the start, 2n + 1 the end. */
export const places = {
  changedAt: 0,
  changedBy: 2,
  code: 4,
  definition: 6,
  labels: 8,
  name: 10,
  owner: 12,
  project: 14,
  references: 16,
  segment: 18,
  type: 20,
} as const;

const quote = 0x22;
const backslash = 0x5c;
const openObject = 0x7b;
const openList = 0x5b;

/** What is known of the objects of a file before its lines are read. */
export interface ExpectedType {
  /** The type's code in quotes. */
  readonly quoted: Buffer;
  readonly hasProject: boolean;
}

/**
 * Recognises a line that is a valid document of the expected type in canonical form, without parsing
 * it (RUN-18 says what is valid). False where it is not or where this is not sure; `spans` has the
 * places of its members then. Reports nothing: such a line is parsed, which says what is wrong.
 */
export function isPlainDocument(
  bytes: Buffer,
  line: { readonly start: number; readonly end: number },
  { spans, expected }: { readonly spans: DocumentSpans; readonly expected: ExpectedType },
): boolean {
  if (!scanDocument(bytes, line, spans)) return false;
  const at = (place: number): number => spans[place] as number;
  const { quoted, hasProject } = expected;
  const [type, typeEnd] = [at(places.type), at(places.type + 1)];
  if (bytes.compare(quoted, 0, quoted.length, type, typeEnd) !== 0) return false;
  if (bytes[at(places.definition)] !== openObject) return false;
  if (!isName(bytes, at(places.code), at(places.code + 1))) return false;
  const project = at(places.project);
  if (bytes[project] === quote) {
    if (!hasProject || !isName(bytes, project, at(places.project + 1))) return false;
  } else if (!isNull(bytes, project)) return false;
  for (const place of [places.segment, places.owner, places.changedBy]) {
    const start = at(place);
    if (!isNull(bytes, start) && !isName(bytes, start, at(place + 1))) return false;
  }
  if (!isTitle(bytes, at(places.name), at(places.name + 1))) return false;
  if (bytes[at(places.changedAt)] !== quote) return false;
  if (!isInstant(bytes.toString('latin1', at(places.changedAt) + 1, at(places.changedAt + 1) - 1)))
    return false;
  return (
    areLabels(bytes, at(places.labels), at(places.labels + 1)) &&
    areReferences(bytes, at(places.references), at(places.references + 1))
  );
}

/** True where a member is null; only of values that were scanned. */
export function isNull(bytes: Buffer, start: number): boolean {
  return bytes[start] === 0x6e;
}

/** What people call an object: it may be empty, and more often than other names it has escapes. */
function isTitle(bytes: Buffer, start: number, end: number): boolean {
  if (bytes[start] !== quote) return false;
  if (end - start === 2 || isName(bytes, start, end)) return true;
  if (end - start > maxNameLength || !hasEscapes(bytes, start, end)) return false;
  return !controlCharacter.test(JSON.parse(bytes.toString('utf8', start, end)) as string);
}

const controlCharacter = /\p{Cc}/u;

/** True where a text is not what its bytes say. */
export function hasEscapes(bytes: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (bytes[at] === backslash) return true;
  return false;
}

/**
 * A text that is surely a name: not empty, no escapes, no control characters (U+007F and U+0080 to
 * U+009F are some), and short even if every byte were a character.
 */
function isName(bytes: Buffer, start: number, end: number): boolean {
  if (bytes[start] !== quote || end - start === 2 || end - start - 2 > maxNameLength) return false;
  for (let at = start + 1; at < end - 1; at++) {
    const byte = bytes[at] as number;
    if (byte < 0x7f && byte !== backslash) continue;
    if (byte === backslash || byte === 0x7f) return false;
    if (byte === 0xc2 && (bytes[at + 1] as number) < 0xa0) return false;
  }
  return true;
}

function areLabels(bytes: Buffer, start: number, end: number): boolean {
  if (bytes[start] !== openObject) return false;
  if (end - start === 2) return true;
  const labels = JSON.parse(bytes.toString('utf8', start, end)) as Record<string, unknown>;
  for (const name in labels) if (typeof labels[name] !== 'string') return false;
  return true;
}

/** Escapes, and characters that may be control characters. */
const doubtful = /[\\\x7f-\x9f]/;

function areReferences(bytes: Buffer, start: number, end: number): boolean {
  if (bytes[start] !== openList) return false;
  if (end - start === 2) return true;
  const text = bytes.toString('utf8', start, end);
  if (doubtful.test(text)) return false;
  for (const reference of JSON.parse(text) as unknown[]) {
    if (typeof reference !== 'object' || reference === null) return false;
    const { role, type, project, code } = reference as Record<string, unknown>;
    const isWhole =
      isTextWithin(role, maxRoleLength) &&
      isTextWithin(code, maxNameLength) &&
      (type === null || type === undefined || isTextWithin(type, maxNameLength)) &&
      (project === null ||
        project === undefined ||
        project === '' ||
        isTextWithin(project, maxNameLength));
    if (!isWhole) return false;
  }
  return true;
}

function isTextWithin(value: unknown, maxLength: number): boolean {
  return typeof value === 'string' && value.length > 0 && value.length <= maxLength;
}
