import { z } from 'zod';
import { TenantCode } from '../tenants/tenant';

const time = z.iso.datetime({ offset: true, error: 'is not an ISO 8601 time with an offset' });

/** Which entries of the audit log; without a tenant those of the installation (RUN-23). */
export const AuditQuery = z.strictObject({
  tenant: TenantCode.optional(),
  action: z.string().min(1).optional(),
  actor: z.string().min(1).optional(),
  object: z.string().min(1).optional(),
  outcome: z.string().min(1).optional(),
  since: time.optional(),
  until: time.optional(),
  /** @default 100 */
  limit: z.int().min(1).max(1000).default(100),
  /** `next` of the page before. */
  cursor: z
    .string()
    .regex(/^\d{1,15}$/, 'is not the next of a page')
    .optional(),
});
export type AuditQuery = z.infer<typeof AuditQuery>;

/** One entry: who did what, when, on what, and what came of it (RUN-23). */
export interface AuditRecord {
  /** ISO 8601 in UTC. */
  readonly at: string;
  readonly actor: string;
  /** `token`: presented one; `claimed`: a name that came through Temporal; `callback`: named by a signed call-back; `system`: Gantry itself. */
  readonly actorSource: 'token' | 'claimed' | 'callback' | 'system';
  readonly action: string;
  readonly object: string;
  /** `ok`, `refused`, or what became of it. */
  readonly outcome: string;
  readonly details: Readonly<Record<string, unknown>>;
}
