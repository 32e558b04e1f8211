import { z } from 'zod';
import { TenantCode } from '../tenants/tenant';

/** What can be done to many runs at once. */
export const ManyAction = z.enum(['retry', 'skip', 'abort', 'pause', 'resume', 'cancel']);
export type ManyAction = z.infer<typeof ManyAction>;

/** Which open runs of a tenant; every member that is given narrows them. */
export const RunSelection = z.strictObject({
  /** These and no others; one that is closed or unknown is told as refused. */
  runs: z.array(z.string().min(1)).min(1).max(1000).optional(),
  /** What they do: `parked`, `paused`, `running`, `waiting for approval`. @default what the action is for */
  status: z.string().min(1).optional(),
  pipeline: z.string().min(1).optional(),
  /** What they are about, such as a release’s id. */
  subject: z.string().min(1).optional(),
  /** The step they are at. */
  step: z.string().min(1).optional(),
});
export type RunSelection = z.infer<typeof RunSelection>;

/** One thing to do to many runs (RUN-3). */
export const ManyOrder = z.strictObject({
  tenant: TenantCode,
  /** @default every open run that the action is for */
  filter: RunSelection.prefault({}),
  action: ManyAction,
  note: z.string().max(1000).default(''),
  /** Tells what would be done, and does nothing. @default false */
  dryRun: z.boolean().default(false),
});
export type ManyOrder = z.infer<typeof ManyOrder>;

/** What became of one of many runs. */
export interface RunOperation {
  readonly run: string;
  readonly pipeline: string | null;
  /** What it did before; null for an unknown run. */
  readonly status: string | null;
  readonly step: string | null;
  /** `would`: with `dryRun`. */
  readonly outcome: 'would' | 'done' | 'refused';
  /** Why it was refused. */
  readonly code: string | null;
}
