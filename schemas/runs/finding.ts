import { z } from 'zod';

/** How much a finding weighs: an `error` stops the operation, the rest are shown. */
export const FindingSeverity = z.enum(['error', 'warning', 'info']);
export type FindingSeverity = z.infer<typeof FindingSeverity>;

/** The asset a finding is about; `project` is null for tenant-wide types. */
export const FindingObject = z.object({
  type: z.string().nullable(),
  project: z.string().nullable(),
  code: z.string(),
});
export type FindingObject = z.infer<typeof FindingObject>;

/** One thing a check has to say, in the one shape of preview, check and result (RUN-24). */
export const Finding = z.object({
  code: z.string().regex(/^[A-Z][A-Za-z0-9]+$/),
  severity: FindingSeverity,
  object: FindingObject.optional(),
  reason: z.string(),
  fix: z.string(),
  overridable: z.boolean(),
  /** Why somebody let it pass (RUN-24). */
  override: z.object({ reason: z.string() }).optional(),
});
export type Finding = z.infer<typeof Finding>;
