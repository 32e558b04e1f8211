const quote = 0x22;
const comma = 0x2c;
const minus = 0x2d;
const zero = 0x30;
const nine = 0x39;
const colon = 0x3a;
const openList = 0x5b;
const backslash = 0x5c;
const closeList = 0x5d;
const openObject = 0x7b;
const closeObject = 0x7d;
const lineFeed = 0x0a;
/** Integers of up to 15 digits are written as they are read. */
const maximumDigits = 15;
const maximumDepth = 100;
const unsure = -1;

/** The members of an asset document, in canonical order; a stored one has all of them. */
export const documentMembers = [
  ...['changedAt', 'changedBy', 'code', 'definition', 'labels', 'name'],
  ...['owner', 'project', 'references', 'segment', 'type'],
] as readonly DocumentMember[];
export type DocumentMember =
  | 'changedAt'
  | 'changedBy'
  | 'code'
  | 'definition'
  | 'labels'
  | 'name'
  | 'owner'
  | 'project'
  | 'references'
  | 'segment'
  | 'type';

/** Where the values of the members are: start and end of the n-th member at 2n and 2n + 1. */
export type DocumentSpans = Int32Array;

const memberPrefixes = documentMembers.map((name) => Buffer.from(`"${name}":`, 'latin1'));

/** What a byte means inside a text: 0 itself, 1 never there, 2 its end, 3 the start of an escape. */
const textClasses = new Uint8Array(256).fill(1, 0, 0x20);
textClasses[quote] = 2;
textClasses[backslash] = 3;
/** What may follow a backslash in canonical JSON, but for the rare `\u`. */
const shortEscapes = new Uint8Array(256);
for (const byte of Buffer.from('"\\bfnrt', 'latin1')) shortEscapes[byte] = 1;

/**
 * Finds the members of an asset document in a line without parsing it, and says whether the line is
 * canonical JSON with exactly these members. False where it is not, or where this is not sure of it:
 * such a line has to be parsed. Never takes a line for canonical that is not. The bytes are valid
 * UTF-8, and `end` is the place of the line's line feed.
 */
export function scanDocument(
  bytes: Uint8Array,
  line: { readonly start: number; readonly end: number },
  spans: DocumentSpans,
): boolean {
  // Whatever the line holds, every loop ends at this byte.
  if (bytes[line.end] !== lineFeed || bytes[line.start] !== openObject) return false;
  let at = line.start + 1;
  for (let index = 0; index < memberPrefixes.length; index++) {
    const prefix = memberPrefixes[index] as Buffer;
    for (let offset = 0; offset < prefix.length; offset++) {
      if (bytes[at + offset] !== prefix[offset]) return false;
    }
    at += prefix.length;
    spans[2 * index] = at;
    at = endOfValue(bytes, at, 1);
    if (at === unsure) return false;
    spans[2 * index + 1] = at;
    if (bytes[at] !== (index === memberPrefixes.length - 1 ? closeObject : comma)) return false;
    at++;
  }
  return at === line.end;
}

function endOfValue(bytes: Uint8Array, at: number, depth: number): number {
  switch (bytes[at] ?? unsure) {
    case quote:
      return endOfText(bytes, at + 1);
    case openObject:
      return depth < maximumDepth ? endOfObject(bytes, at + 1, depth) : unsure;
    case openList:
      return depth < maximumDepth ? endOfList(bytes, at + 1, depth) : unsure;
    case 0x6e:
      return isWord(bytes, at, nullWord) ? at + 4 : unsure;
    case 0x74:
      return isWord(bytes, at, trueWord) ? at + 4 : unsure;
    case 0x66:
      return isWord(bytes, at, falseWord) ? at + 5 : unsure;
    default:
      return endOfInteger(bytes, at);
  }
}

const nullWord = Buffer.from('null', 'latin1');
const trueWord = Buffer.from('true', 'latin1');
const falseWord = Buffer.from('false', 'latin1');

function isWord(bytes: Uint8Array, at: number, word: Uint8Array): boolean {
  for (let index = 1; index < word.length; index++) {
    if (bytes[at + index] !== word[index]) return false;
  }
  return true;
}

function endOfText(bytes: Uint8Array, start: number): number {
  for (let at = start; ;) {
    const kind = textClasses[bytes[at] as number];
    if (kind === 0) at++;
    else if (kind === 2) return at + 1;
    else if (kind === 3 && shortEscapes[bytes[at + 1] as number] === 1) at += 2;
    else return unsure;
  }
}

function endOfList(bytes: Uint8Array, start: number, depth: number): number {
  if (bytes[start] === closeList) return start + 1;
  for (let at = start; ; at++) {
    at = endOfValue(bytes, at, depth + 1);
    if (at === unsure) return unsure;
    if (bytes[at] === closeList) return at + 1;
    if (bytes[at] !== comma) return unsure;
  }
}

/** Members are printable ASCII, whose order by bytes is that by code units, and strictly ascending. */
function endOfObject(bytes: Uint8Array, start: number, depth: number): number {
  if (bytes[start] === closeObject) return start + 1;
  let previous = 0;
  for (let at = start; ; at++) {
    if (bytes[at] !== quote) return unsure;
    const name = at + 1;
    const end = endOfName(bytes, name);
    if (end === unsure || bytes[end + 1] !== colon) return unsure;
    if (previous !== 0 && !isBefore(bytes, previous, name)) return unsure;
    previous = name;
    at = endOfValue(bytes, end + 2, depth + 1);
    if (at === unsure) return unsure;
    if (bytes[at] === closeObject) return at + 1;
    if (bytes[at] !== comma) return unsure;
  }
}

function endOfName(bytes: Uint8Array, start: number): number {
  for (let at = start; ; at++) {
    const byte = bytes[at] as number;
    if (byte === quote) return at;
    if (byte < 0x20 || byte > 0x7e || byte === backslash) return unsure;
  }
}

/** Both names end at a quote, which counts as nothing: a name that is the start of another comes first. */
function isBefore(bytes: Uint8Array, left: number, right: number): boolean {
  for (let index = 0; ; index++) {
    const one = bytes[left + index] as number;
    const other = bytes[right + index] as number;
    if (one === quote) return other !== quote;
    if (one !== other) return other !== quote && one < other;
  }
}

function endOfInteger(bytes: Uint8Array, at: number): number {
  const start = bytes[at] === minus ? at + 1 : at;
  let end = start;
  while ((bytes[end] as number) >= zero && (bytes[end] as number) <= nine) end++;
  const digits = end - start;
  if (digits === 0 || digits > maximumDigits) return unsure;
  // No leading zero, and no minus zero; a fraction or exponent behind it is no separator.
  if (bytes[start] === zero && (digits > 1 || start > at)) return unsure;
  return end;
}
