import { z } from 'zod';

/** How many keyword characters all features of a tenant may have together. */
export const keywordCharactersAtMost = 50_000;

const texts = z.array(z.string().min(1)).max(20_000);

/** Matches that a feature does not count: false alarms that are known. */
export const FeatureAllowlist = z.looseObject({
  /** Whether all kinds of conditions have to hold, or one is enough. */
  condition: z.enum(['AND', 'OR', '&&', '||']).default('OR'),
  /** What the patterns look at. */
  regexTarget: z.enum(['secret', 'match', 'line']).default('secret'),
  regexes: texts.default([]),
  /** Parts of the secret, without regard to case. */
  stopwords: texts.default([]),
  /** Patterns of the asset’s file name. */
  paths: texts.default([]),
});
export type FeatureAllowlist = z.infer<typeof FeatureAllowlist>;

/** What the definition of an asset of type `detection_feature` says about finding secrets (REL-26). */
export const FeatureDefinition = z.looseObject({
  /** In RE2 syntax: no look-around and no back-references. */
  regex: z.string().min(1).max(10_000, 'is longer than 10,000 characters').optional(),
  /** Only a text with one of them, without regard to case, is searched; none: every text is. */
  keywords: texts.default([]),
  /** Shannon entropy in bits a character which the secret has to exceed; 0 asks nothing. */
  entropy: z.number().min(0).max(16).default(0),
  /** The capture group that is the secret; 0: the first that is not empty, else the whole match. */
  secretGroup: z.int().min(0).max(99).default(0),
  /** Only an asset whose file name matches is searched. */
  path: z.string().min(1).max(10_000).optional(),
  allowlists: z.array(FeatureAllowlist).max(100).default([]),
});
export type FeatureDefinition = z.infer<typeof FeatureDefinition>;

/** A detection feature as the catalog holds it, not checked yet. */
export interface DetectionFeature {
  readonly code: string;
  readonly definition: unknown;
}
