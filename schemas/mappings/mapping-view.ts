import type { MappingRule } from './mapping-rules';

/** One version of a mapping without its rules. */
export interface MappingSummary {
  /** Code of the tenant that packages come from. */
  readonly source: string;
  /** From 1 on; versions never change. */
  readonly version: number;
  readonly ruleCount: number;
  /** SHA-256 of the rules, hex; equal rules have equal digests. */
  readonly digest: string;
  readonly createdBy: string;
  /** ISO 8601 in UTC. */
  readonly createdAt: string;
}

/** One version of a mapping (RUN-25). */
export interface Mapping extends MappingSummary {
  readonly rules: readonly MappingRule[];
}

/** What a version changed against the one before it, in rules. */
export interface MappingVersion extends MappingSummary {
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
}

/** A live object of the target that an open name may mean, and the rule that says so. */
export interface MappingCandidate {
  readonly type: string;
  readonly project: string | null;
  readonly code: string;
  readonly rule: MappingRule;
}

/** What the plan of an import lacks in the target, with candidates, likeliest first. */
export interface MappingSuggestion {
  /** Null for references that name their target by project and code alone. */
  readonly type: string | null;
  readonly project: string | null;
  readonly code: string;
  /** In which roles it is referred to; `project` alone where objects lie in a missing project. */
  readonly roles: readonly string[];
  readonly referenceCount: number;
  readonly candidates: readonly MappingCandidate[];
}

/** What a mapping would have to say so that an import finds all it refers to. */
export interface MappingSuggestions {
  /** Code of the tenant that the package comes from. */
  readonly source: string;
  /** The version that the plan was made with; null for none. */
  readonly version: number | null;
  /** How many names the plan lacks; the list may be shorter. */
  readonly missingCount: number;
  readonly suggestions: readonly MappingSuggestion[];
}

/** What saving did: without `changed` the latest version has these rules already. */
export interface MappingSaved extends MappingSummary {
  readonly changed: boolean;
}
