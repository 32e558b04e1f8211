/** How much a JSON text holds: values of all depths, names besides, and how deep they lie in each other. */
export interface JsonExtent {
  readonly values: number;
  readonly depth: number;
}

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const openings: readonly number[] = [0x5b, 0x7b];
const closings: readonly number[] = [0x5d, 0x7d];

/**
 * Measures a JSON text without parsing it: parsing takes many times the memory of a text that is made
 * for that, and whoever walks through what is too deep overflows. Of what is no JSON it says anything.
 */
export function measureJson(text: Buffer): JsonExtent {
  let values = 1;
  let depth = 0;
  let deepest = 0;
  for (let at = 0; at < text.length; at++) {
    const byte = text[at] as number;
    if (byte === quote) at = endOfString(text, at);
    else if (byte === comma) values++;
    else if (openings.includes(byte)) {
      values++;
      deepest = Math.max(deepest, ++depth);
    } else if (closings.includes(byte)) depth--;
  }
  return { values, depth: deepest };
}

function endOfString(text: Buffer, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === backslash) at++;
    else if (text[at] === quote) return at;
  }
  return text.length;
}
