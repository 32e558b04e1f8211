/**
 * Text from a file of somebody else, safe to print: control characters, by which it could rewrite
 * what a terminal shows, and those that turn the direction of writing appear as `\u001b`.
 */
export function printable(text: string): string {
  return text.replace(
    /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
