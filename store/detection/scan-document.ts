import type { SuspectedSecret } from '../../schemas/detection/suspected-secret';
import type { CompiledFeature, CompiledFeatures } from './compile-features';
import { visitFreeTexts } from './free-texts';
import { scanText } from './scan-text';

/** What is told of one document at most. */
const suspicionsAtMost = 20;
/** Of a longer text the name of its member says nothing. */
const longestValue = 1_024;

/**
 * Searches the free texts of a document for secrets (REL-26). `line` is its canonical JSON. Pure, and
 * linear in the document whatever the features are.
 */
export function scanDocument(features: CompiledFeatures, line: string): readonly SuspectedSecret[] {
  const steps = scanSteps(features, line);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** The same in steps of some milliseconds, for whoever has to let others work meanwhile. */
export function* scanSteps(
  compiled: CompiledFeatures,
  line: string,
): Generator<undefined, readonly SuspectedSecret[]> {
  // Many documents hold no keyword of any feature: they are not even parsed.
  const mayHide = line.includes('"fileName"') || line.includes('\\u');
  if (compiled.unconditional.length === 0 && !mayHide) {
    const found = new Set<number>();
    compiled.keywords.find(line, found);
    if (found.size === 0) return [];
  }
  const document = JSON.parse(line) as Readonly<Record<string, unknown>>;
  const fileName = fileNameOf(document);
  const suspected = suspectFile(compiled, fileName);
  for (const { text, features, pointer } of textsToScan(compiled, document)) {
    for (const feature of features) {
      if (!concerns(feature, fileName)) continue;
      const hints = yield* scanText(feature, { text, fileName });
      for (const hint of hints) add(suspected, { feature: feature.code, pointer, hint });
      yield undefined;
    }
    if (suspected.length >= suspicionsAtMost) break;
  }
  return suspected.slice(0, suspicionsAtMost);
}

/** The same text may be searched with and without the name of its member. */
function add(suspected: SuspectedSecret[], found: SuspectedSecret): void {
  const { feature, pointer, hint } = found;
  const isKnown = suspected.some(
    (one) => one.feature === feature && one.pointer === pointer && one.hint === hint,
  );
  if (!isKnown) suspected.push(found);
}

interface TextToScan {
  readonly text: string;
  readonly features: readonly CompiledFeature[];
  readonly pointer: string;
}

/** The texts that hold a keyword of a feature, or are the value of a member whose name does. */
function textsToScan(
  compiled: CompiledFeatures,
  document: Readonly<Record<string, unknown>>,
): TextToScan[] {
  const texts: TextToScan[] = [];
  const found = new Set<number>();
  const byMember = new Map<string, readonly number[]>();
  visitFreeTexts(document, (text, member, pointer) => {
    for (const place of compiled.unconditional) found.add(place);
    compiled.keywords.find(text, found);
    const named =
      member === undefined || text.length > longestValue
        ? []
        : placesOf(compiled, byMember, member);
    if (found.size > 0) {
      texts.push({ text, features: pick(compiled, found), pointer: pointer() });
      found.clear();
    }
    if (named.length > 0) {
      // As in `apiToken: "…"`.
      const reading = `${member ?? ''}: "${text}"`;
      texts.push({ text: reading, features: pick(compiled, named), pointer: pointer() });
    }
  });
  return texts;
}

function placesOf(
  { keywords }: CompiledFeatures,
  known: Map<string, readonly number[]>,
  member: string,
): readonly number[] {
  const before = known.get(member);
  if (before !== undefined) return before;
  const found = new Set<number>();
  keywords.find(member, found);
  const places = [...found];
  known.set(member, places);
  return places;
}

function pick({ features }: CompiledFeatures, places: Iterable<number>): CompiledFeature[] {
  return [...places].flatMap((place) => features[place] ?? []);
}

function concerns({ pattern, path }: CompiledFeature, fileName: string | undefined): boolean {
  if (pattern === undefined) return false;
  return path === undefined || (fileName !== undefined && path.test(fileName));
}

/** Features without a pattern: the file itself is the secret. */
function suspectFile(
  { features }: CompiledFeatures,
  fileName: string | undefined,
): SuspectedSecret[] {
  if (fileName === undefined) return [];
  return features
    .filter(({ pattern, path }) => pattern === undefined && path?.test(fileName) === true)
    .map(({ code }) => ({ feature: code, pointer: '/definition/fileName', hint: 'the file' }));
}

function fileNameOf({ definition }: Readonly<Record<string, unknown>>): string | undefined {
  const { fileName } = (definition ?? {}) as { readonly fileName?: unknown };
  return typeof fileName === 'string' ? fileName : undefined;
}
