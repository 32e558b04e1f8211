import { z } from 'zod';
import { TenantCode, type TenantMode } from './tenant';

const reason = z.string().trim().min(1, 'is empty').max(500, 'is longer than 500 characters');

/** The start of a mode (REL-3). */
export const ModeStart = z.strictObject({
  tenant: TenantCode,
  mode: z.enum(['maintenance', 'cross-tenant-publishing']),
  /** Kept in the history and in the audit log. */
  reason: reason.optional(),
});
export type ModeStart = z.infer<typeof ModeStart>;

/** The end of whatever mode the tenant is in (REL-3). */
export const ModeEnd = z.strictObject({ tenant: TenantCode, reason: reason.optional() });
export type ModeEnd = z.infer<typeof ModeEnd>;

/** One stretch of time in a mode; times are ISO 8601 in UTC, `endedAt` null while it lasts. */
export interface ModePeriod {
  readonly mode: TenantMode;
  readonly startedAt: string;
  readonly startedBy: string;
  readonly startReason: string | null;
  readonly endedAt: string | null;
  readonly endedBy: string | null;
  readonly endReason: string | null;
}

/** The mode a tenant is in, the runs that keep it, and its history, latest first (REL-1, REL-3). */
export interface ModeState {
  readonly mode: TenantMode;
  readonly heldBy: readonly string[];
  readonly history: readonly ModePeriod[];
}
