import { RE2JS } from 're2js';

/** Where a pattern matches, in UTF-16 units, and what its capture groups hold. */
export interface PatternMatch {
  readonly start: number;
  readonly end: number;
  /** The first is group 1; null where a group took no part. */
  readonly groups: readonly (string | null)[];
}

/** A pattern in RE2 syntax that runs in time linear in the text, whoever wrote it (REL-26). */
export interface Pattern {
  readonly groupCount: number;
  test(text: string): boolean;
  /** The leftmost match that starts at `from` or later. */
  find(text: string, from: number): PatternMatch | undefined;
}

/** Compiled instructions; time to search grows with them. The largest pattern of gitleaks has 1,972. */
const instructionsAtMost = 10_000;

/**
 * Compiles a pattern; throws an `Error` whose message says what is wrong with it. JavaScript’s own
 * expressions backtrack, so that a pattern of a tenant could hold a worker for hours.
 */
export function compilePattern(source: string): Pattern {
  const whole = RE2JS.compile(source);
  if (whole.programSize() > instructionsAtMost) throw new Error('the pattern is too large');
  const { core, leadAtMost } = cutLead(source);
  const quick = leadAtMost === 0 ? whole : RE2JS.compile(core);
  // Most patterns never match, and with its lead one takes several times the memory.
  let exact = leadAtMost === 0 ? whole : undefined;
  return {
    groupCount: whole.groupCount(),
    test: (text) => quick.test(text),
    find(text, from) {
      const matcher = quick.matcher(text);
      if (!matcher.find(from)) return undefined;
      if (leadAtMost === 0) return toMatch(matcher);
      exact ??= RE2JS.compile(source);
      const match = exact.matcher(text);
      return match.find(Math.max(from, matcher.start() - leadAtMost)) ? toMatch(match) : undefined;
    },
  };
}

function toMatch(matcher: ReturnType<RE2JS['matcher']>): PatternMatch {
  const groups = Array.from({ length: matcher.groupCount() }, (_, index) =>
    matcher.group(index + 1),
  );
  return { start: matcher.start(), end: matcher.end(), groups };
}

/** Flags, a class of characters without classes inside, and how often it may occur at most. */
const lead = /^(\(\?[a-zA-Z]+\))?\[\^?(?:[^[\]\\]|\\[^pPQE])+\]\{0,(\d{1,3})\}\??(?![*+?{|])/;

/**
 * A match of `[class]{0,n}rest` begins at most n characters before one of `rest`, and there is one
 * of the former where there is one of the latter. Without the class the search is up to ten times
 * faster: the automaton need not remember where in the class it is.
 */
function cutLead(source: string): { readonly core: string; readonly leadAtMost: number } {
  const [all, flags = '', count = '0'] = lead.exec(source) ?? [''];
  return { core: flags + source.slice(all.length), leadAtMost: Number(count) };
}
