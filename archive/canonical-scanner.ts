import type { LineIdentity } from './line-identity';

const quote = 0x22;
const comma = 0x2c;
const minus = 0x2d;
const zero = 0x30;
const nine = 0x39;
const colon = 0x3a;
const backslash = 0x5c;
const openList = 0x5b;
const closeList = 0x5d;
const openObject = 0x7b;
const closeObject = 0x7d;
/** Integers of up to 15 digits are written as they are read. */
const maximumDigits = 15;
const maximumDepth = 100;
const literals = ['true', 'false', 'null'].map((text) => Buffer.from(text, 'latin1'));
/** What may follow a backslash in canonical JSON, but for the rare `\u`. */
const shortEscapes = new Set(Buffer.from('"\\bfnrt', 'latin1'));

type Range = readonly [start: number, end: number];

/**
 * Recognises most canonical lines several times faster than parsing and writing them anew. Gives the
 * line's identity, or undefined where it is not sure: that line has to be parsed. Never takes a line
 * for canonical that is not; the bytes have to be valid UTF-8.
 */
export class CanonicalScanner {
  #bytes: Uint8Array = new Uint8Array();
  #at = 0;
  #identity: { type?: string | null; project?: string | null; code?: string | null } = {};

  /** Scans the line from `start` up to, not including, `end`. */
  scan(bytes: Uint8Array, start: number, end: number): LineIdentity | undefined {
    this.#bytes = bytes;
    this.#at = start;
    this.#identity = {};
    if (!this.#scanObject(0) || this.#at !== end) return undefined;
    const { type, project, code } = this.#identity;
    if (type === undefined || project === undefined || typeof code !== 'string') return undefined;
    return { type, project, code };
  }

  #scanValue(depth: number): boolean {
    const byte = this.#bytes[this.#at];
    if (byte === quote) return this.#scanText();
    if (byte === openObject) return depth < maximumDepth && this.#scanObject(depth);
    if (byte === openList) return depth < maximumDepth && this.#scanList(depth);
    return this.#scanLiteral() || this.#scanInteger();
  }

  #scanObject(depth: number): boolean {
    if (!this.#take(openObject)) return false;
    if (this.#take(closeObject)) return true;
    let previous = 0;
    let previousEnd = 0;
    do {
      const name = this.#at + 1;
      if (!this.#scanName()) return false;
      const nameEnd = this.#at - 1;
      if (previous !== 0 && !this.#isBefore([previous, previousEnd], [name, nameEnd])) return false;
      [previous, previousEnd] = [name, nameEnd];
      if (!this.#take(colon)) return false;
      const value = this.#at;
      if (!this.#scanValue(depth + 1)) return false;
      if (
        depth === 0 &&
        isIdentityLength(nameEnd - name) &&
        !this.#keep(this.#text(name, nameEnd), value)
      )
        return false;
    } while (this.#take(comma));
    return this.#take(closeObject);
  }

  #scanList(depth: number): boolean {
    this.#at++;
    if (this.#take(closeList)) return true;
    do {
      if (!this.#scanValue(depth + 1)) return false;
    } while (this.#take(comma));
    return this.#take(closeList);
  }

  #scanText(): boolean {
    const bytes = this.#bytes;
    let at = this.#at + 1;
    for (let byte = bytes[at]; byte !== quote; byte = bytes[at]) {
      if (byte === undefined || byte < 0x20) return false;
      if (byte === backslash && !shortEscapes.has(bytes[++at] ?? 0)) return false;
      at++;
    }
    this.#at = at + 1;
    return true;
  }

  /** A member's name of printable ASCII, whose order by bytes is that by code units. */
  #scanName(): boolean {
    if (this.#bytes[this.#at] !== quote) return false;
    let at = this.#at + 1;
    for (let byte = this.#bytes[at]; byte !== quote; byte = this.#bytes[++at]) {
      if (byte === undefined || byte < 0x20 || byte > 0x7e || byte === backslash) return false;
    }
    this.#at = at + 1;
    return true;
  }

  #scanLiteral(): boolean {
    for (const literal of literals) {
      if (literal.every((byte, index) => this.#bytes[this.#at + index] === byte)) {
        this.#at += literal.length;
        return true;
      }
    }
    return false;
  }

  #scanInteger(): boolean {
    const bytes = this.#bytes;
    const start = bytes[this.#at] === minus ? this.#at + 1 : this.#at;
    let at = start;
    while ((bytes[at] ?? 0) >= zero && (bytes[at] ?? 0) <= nine) at++;
    const digits = at - start;
    const isPlain = digits === 1 || bytes[start] !== zero;
    const isMinusZero = start > this.#at && bytes[start] === zero;
    if (digits === 0 || digits > maximumDigits || !isPlain || isMinusZero) return false;
    // A fraction or an exponent behind it is no separator, which its container sees.
    this.#at = at;
    return true;
  }

  /** Keeps a member of the identity; not sure of one with escapes. */
  #keep(name: string, start: number): boolean {
    if (name !== 'type' && name !== 'project' && name !== 'code') return true;
    const isText = this.#bytes[start] === quote;
    const text = isText ? this.#text(start + 1, this.#at - 1) : this.#text(start, this.#at);
    if (isText ? text.includes('\\') : text !== 'null') return false;
    this.#identity[name] = isText ? text : null;
    return true;
  }

  #take(byte: number): boolean {
    if (this.#bytes[this.#at] !== byte) return false;
    this.#at++;
    return true;
  }

  #text(start: number, end: number): string {
    return Buffer.from(this.#bytes.buffer, this.#bytes.byteOffset + start, end - start).toString(
      'utf8',
    );
  }

  #isBefore([left, leftEnd]: Range, [right, rightEnd]: Range): boolean {
    const bytes = this.#bytes;
    const length = Math.min(leftEnd - left, rightEnd - right);
    for (let index = 0; index < length; index++) {
      const difference = (bytes[left + index] ?? 0) - (bytes[right + index] ?? 0);
      if (difference !== 0) return difference < 0;
    }
    return leftEnd - left < rightEnd - right;
  }
}

/** `type`, `code` and `project` have 4 or 7 letters: other names need not become texts. */
function isIdentityLength(length: number): boolean {
  return length === 4 || length === 7;
}
