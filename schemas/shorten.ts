/** A text of somebody else, cut to what a message may hold. */
export function shorten(text: string, charsAtMost = 300): string {
  return text.length <= charsAtMost ? text : `${text.slice(0, charsAtMost - 1)}…`;
}
