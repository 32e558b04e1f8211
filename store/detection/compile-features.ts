import {
  FeatureDefinition,
  keywordCharactersAtMost,
  type DetectionFeature,
} from '../../schemas/detection/detection-feature';
import type { Finding } from '../../schemas/runs/finding';
import { compileAllowlist, type Allowlist } from './allowlist';
import { createKeywordIndex, type KeywordIndex } from './keyword-index';
import { compilePattern, type Pattern } from './pattern';
import { reasonOf } from './pattern-fault';

/** A feature ready to search with. */
export interface CompiledFeature {
  readonly code: string;
  /** None: the feature is about file names alone. */
  readonly pattern: Pattern | undefined;
  readonly path: Pattern | undefined;
  readonly keywords: readonly string[];
  readonly entropy: number;
  readonly secretGroup: number;
  readonly allowlists: readonly Allowlist[];
}

/** The features of a tenant, ready to search with, and what of them cannot be used. */
export interface CompiledFeatures {
  readonly features: readonly CompiledFeature[];
  /** Over the keywords of `features`, at the same places. */
  readonly keywords: KeywordIndex;
  /** The places of features that have a pattern and no keywords: every text is searched. */
  readonly unconditional: readonly number[];
  /** `DetectionFeatureUnsupported` of each feature that is not in, or not wholly. */
  readonly unsupported: readonly Finding[];
}

/**
 * Compiles detection features (REL-26). A feature that cannot run in linear time, or is no feature at
 * all, is left out and told by name; the others work.
 */
export function compileFeatures(features: readonly DetectionFeature[]): CompiledFeatures {
  const compiled: CompiledFeature[] = [];
  const unsupported: Finding[] = [];
  let keywordCharacters = 0;
  for (const { code, definition } of features) {
    const refuse = (reason: string) => unsupported.push(unsupportedFinding(code, reason));
    const feature = compileFeature(code, definition, refuse);
    if (feature === undefined) continue;
    const characters = feature.keywords.reduce((sum, keyword) => sum + keyword.length, 0);
    if (keywordCharacters + characters <= keywordCharactersAtMost) {
      keywordCharacters += characters;
      compiled.push(feature);
    } else {
      refuse(`the features have more than ${keywordCharactersAtMost} keyword characters together`);
    }
  }
  return {
    features: compiled,
    keywords: createKeywordIndex(compiled.map((feature) => feature.keywords.flatMap(asWritten))),
    unconditional: compiled.flatMap(({ pattern, keywords }, place) =>
      pattern !== undefined && keywords.length === 0 ? [place] : [],
    ),
    unsupported,
  };
}

function compileFeature(
  code: string,
  definition: unknown,
  refuse: (reason: string) => void,
): CompiledFeature | undefined {
  const parsed = FeatureDefinition.safeParse(definition);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    refuse(`${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`);
    return undefined;
  }
  const { regex, path, keywords, entropy, secretGroup } = parsed.data;
  if (regex === undefined && path === undefined) {
    refuse('it has neither regex nor path');
    return undefined;
  }
  try {
    const pattern = regex === undefined ? undefined : compilePattern(regex);
    if (secretGroup > (pattern?.groupCount ?? 0))
      throw new Error(`there is no group ${secretGroup}`);
    return {
      code,
      pattern,
      path: path === undefined ? undefined : compilePattern(path),
      keywords,
      entropy,
      secretGroup,
      allowlists: parsed.data.allowlists.map((allowlist) => compileAllowlist(allowlist, refuse)),
    };
  } catch (error) {
    refuse(reasonOf(error, `${regex ?? ''}${path ?? ''}`));
    return undefined;
  }
}

/** In a line of JSON a quote and a backslash have one before them; a search there must find them too. */
function asWritten(keyword: string): string[] {
  const escaped = JSON.stringify(keyword).slice(1, -1);
  return escaped === keyword ? [keyword] : [keyword, escaped];
}

function unsupportedFinding(code: string, reason: string): Finding {
  return {
    code: 'DetectionFeatureUnsupported',
    severity: 'warning',
    object: { type: 'detection_feature', project: null, code },
    reason: `The detection feature ${code} is not used as it stands: ${reason}`,
    fix: 'Write it in RE2 syntax, without look-around and back-references; docs/detection.md tells all members.',
    overridable: false,
  };
}
