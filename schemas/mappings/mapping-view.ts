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

/** What saving did: without `changed` the latest version has these rules already. */
export interface MappingSaved extends MappingSummary {
  readonly changed: boolean;
}
