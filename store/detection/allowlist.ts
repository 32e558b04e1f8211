import type { FeatureAllowlist } from '../../schemas/detection/detection-feature';
import { compilePattern, type Pattern } from './pattern';
import { reasonOf } from './pattern-fault';

/** What a feature found, and where. */
export interface FoundMatch {
  readonly secret: string;
  /** What the whole pattern took. */
  readonly match: string;
  /** The lines that the match touches. */
  readonly line: string;
  readonly fileName: string | undefined;
}

/** True where a match is a false alarm that is known. */
export type Allowlist = (found: FoundMatch) => boolean;

/** Compiles an allowlist; what of it cannot run is told to `refuse` and left out. */
export function compileAllowlist(
  allowlist: FeatureAllowlist,
  refuse: (reason: string) => void,
): Allowlist {
  const compileAll = (sources: readonly string[]) =>
    sources.flatMap((one) => tryCompile(one, refuse));
  const regexes = compileAll(allowlist.regexes);
  const paths = compileAll(allowlist.paths);
  const stopwords = allowlist.stopwords.map((word) => word.toLowerCase());
  const conditions: Allowlist[] = [];
  if (regexes.length > 0) {
    conditions.push((found) => anyMatches(regexes, found[allowlist.regexTarget]));
  }
  if (stopwords.length > 0) {
    conditions.push(({ secret }) => {
      const lower = secret.toLowerCase();
      return stopwords.some((word) => lower.includes(word));
    });
  }
  if (paths.length > 0) {
    conditions.push(({ fileName }) => fileName !== undefined && anyMatches(paths, fileName));
  }
  const all = allowlist.condition === 'AND' || allowlist.condition === '&&';
  return (found) =>
    conditions.length > 0 &&
    (all ? conditions.every((holds) => holds(found)) : conditions.some((holds) => holds(found)));
}

function anyMatches(patterns: readonly Pattern[], text: string): boolean {
  return patterns.some((pattern) => pattern.test(text));
}

function tryCompile(source: string, refuse: (reason: string) => void): Pattern[] {
  try {
    return [compilePattern(source)];
  } catch (error) {
    refuse(`a pattern of its allowlist is left out: ${reasonOf(error, source)}`);
    return [];
  }
}
