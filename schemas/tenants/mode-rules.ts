import type { TenantMode } from './tenant';

/**
 * What each mode lets happen (REL-42): to `everyone`, to `release-users` (holders of the
 * cross-tenant release role), or to `nobody`.
 */
export type ModeAudience = 'everyone' | 'release-users' | 'nobody';

const exactlyPublishing = {
  normal: 'nobody',
  maintenance: 'nobody',
  'cross-tenant-publishing': 'everyone',
} as const;
const anyMode = {
  normal: 'everyone',
  maintenance: 'everyone',
  'cross-tenant-publishing': 'everyone',
} as const;

/** For each kind of operation who may do it in which mode, beside the rights table. */
export const modeRules = {
  export: exactlyPublishing,
  import: exactlyPublishing,
  publish: exactlyPublishing,
  /** Drafts and previews of releases. */
  draft: anyMode,
  /** Saving development content, such as loading the catalog. */
  save: {
    normal: 'everyone',
    maintenance: 'nobody',
    'cross-tenant-publishing': 'everyone',
  },
  /** Submit, put online, take offline, delete, tag publish and unpublish. */
  'production-change': {
    normal: 'everyone',
    maintenance: 'nobody',
    'cross-tenant-publishing': 'release-users',
  },
} as const satisfies Record<string, Record<TenantMode, ModeAudience>>;

/** An operation that a mode may forbid. */
export type ModeOperation = keyof typeof modeRules;

/** True where the mode lets the operation happen. */
export function modeAllows(
  operation: ModeOperation,
  mode: TenantMode,
  caller: { readonly isReleaseUser: boolean },
): boolean {
  const audience: ModeAudience = modeRules[operation][mode];
  return audience === 'everyone' || (audience === 'release-users' && caller.isReleaseUser);
}
