import type { CompiledFeature } from './compile-features';
import { shannonEntropy } from './entropy';
import type { PatternMatch } from './pattern';

/** A text is searched piece by piece, so that a long one does not hold the process for long. */
const pieceUnits = 65_536;
/** What a secret and its surroundings may have at most: so much of a piece is searched again in the next. */
const overlapUnits = 16_384;
/** Matches that are looked at in one text; each may cost a search of a whole piece. */
const matchesAtMost = 100;
/** A short secret would be given away by three of its characters. */
const hintedFrom = 16;

/** A text and the name of the file it is of, where it has one. */
export interface TextToScan {
  readonly text: string;
  readonly fileName: string | undefined;
}

/**
 * Searches a text with one feature and gives a masked hint of each secret, the first of a kind only:
 * at most three characters and the length. Yields after each piece.
 */
export function* scanText(
  feature: CompiledFeature,
  { text, fileName }: TextToScan,
): Generator<undefined, readonly string[]> {
  const { pattern } = feature;
  if (pattern === undefined) return [];
  const hints = new Set<string>();
  let looked = 0;
  for (
    let start = 0;
    start === 0 || start + overlapUnits < text.length;
    start += pieceUnits - overlapUnits
  ) {
    const piece = text.length <= pieceUnits ? text : text.slice(start, start + pieceUnits);
    if (start > 0) yield undefined;
    if (!pattern.test(piece)) continue;
    for (let from = 0; looked < matchesAtMost; looked++) {
      const match = pattern.find(piece, from);
      if (match === undefined) break;
      const hint = judge(feature, { piece, match, fileName });
      if (hint !== undefined) hints.add(hint);
      from = Math.max(match.end, match.start + 1);
      if (from > piece.length) break;
    }
  }
  return [...hints];
}

interface Candidate {
  readonly piece: string;
  readonly match: PatternMatch;
  readonly fileName: string | undefined;
}

/** The hint of a match that counts, as gitleaks counts it; undefined for a false alarm. */
function judge(
  feature: CompiledFeature,
  { piece, match, fileName }: Candidate,
): string | undefined {
  const whole = piece.slice(match.start, match.end);
  const secret = secretOf(feature, match) ?? whole.replace(/^\n+|\n+$/g, '');
  if (secret === '') return undefined;
  if (feature.entropy > 0 && shannonEntropy(secret) <= feature.entropy) return undefined;
  const found = { secret, match: whole, line: linesAround(piece, match), fileName };
  if (feature.allowlists.some((allows) => allows(found))) return undefined;
  // Plain characters only: half of a pair or a control character would spoil database and terminal.
  const shown = secret.length >= hintedFrom ? (/^[!-~]{0,3}/.exec(secret)?.[0] ?? '') : '';
  return `${shown}… (${secret.length} characters)`;
}

function secretOf({ secretGroup }: CompiledFeature, { groups }: PatternMatch): string | undefined {
  if (secretGroup > 0) return groups[secretGroup - 1] ?? undefined;
  return groups.find((group) => group !== null && group !== '') ?? undefined;
}

function linesAround(piece: string, { start, end }: PatternMatch): string {
  const lineEnd = piece.indexOf('\n', Math.max(start, end - 1));
  return piece.slice(piece.lastIndexOf('\n', start - 1) + 1, lineEnd === -1 ? undefined : lineEnd);
}
