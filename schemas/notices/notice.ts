import { z } from 'zod';
import { TenantCode } from '../tenants/tenant';
import type { NoticeKind } from './notice-kind';

/** Which notices of the caller's own inbox. */
export const InboxQuery = z.strictObject({
  tenant: TenantCode,
  /** Those that were read too. @default false */
  all: z.boolean().default(false),
  /** @default 100 */
  limit: z.int().min(1).max(1000).default(100),
});
export type InboxQuery = z.infer<typeof InboxQuery>;

/** Notices that the caller has read. */
export const ReadNotices = z.strictObject({
  tenant: TenantCode,
  /** @default every unread one */
  ids: z.array(z.int().min(1)).optional(),
});
export type ReadNotices = z.infer<typeof ReadNotices>;

/** A notice as its reader sees it; times are ISO 8601 in UTC (RUN-30). */
export interface Notice {
  readonly id: number;
  readonly kind: NoticeKind;
  readonly title: string;
  readonly body: string;
  readonly runId: string | null;
  readonly createdAt: string;
  readonly readAt: string | null;
}
