import { z } from 'zod';
import { TenantCode } from '../tenants/tenant';
import { MappingRules } from './mapping-rules';

const pair = {
  tenant: TenantCode,
  /** Code of the tenant that packages come from; it may be of another installation. */
  source: TenantCode,
};
const version = z.int().positive().max(2_147_483_647);

/** A mapping, in its latest version or the one that is named. */
export const MappingRef = z.strictObject({ ...pair, version: version.optional() });
export type MappingRef = z.infer<typeof MappingRef>;

/** The import whose latest plan is looked at, and how many names at most. */
export const MappingSuggestionQuery = z.strictObject({
  tenant: TenantCode,
  import: z.string().min(1).max(200),
  /** The most referred to first. @default 100, at most 10,000 */
  limit: z.int().positive().max(10_000).default(100),
});
export type MappingSuggestionQuery = z.infer<typeof MappingSuggestionQuery>;

/** What a new version is made from. */
export const MappingInput = z.strictObject({
  ...pair,
  rules: MappingRules,
  /** The version it is based on, 0 for none: where another is the latest, nothing is saved. */
  expectedVersion: z.int().nonnegative().optional(),
});
export type MappingInput = z.infer<typeof MappingInput>;

/** Which versions to list, latest first: those below `before`. */
export const MappingHistoryQuery = z.strictObject({
  ...pair,
  /** @default 50, at most 200 */
  limit: z.int().positive().max(200).default(50),
  before: version.optional(),
});
export type MappingHistoryQuery = z.infer<typeof MappingHistoryQuery>;
