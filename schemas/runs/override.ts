import { z } from 'zod';
import { FindingObject } from './finding';

/** Codes of findings that a person may override, where the finding itself says so (RUN-24). */
export const overridableCodes = [
  'ComputeTaskKindUnsupported',
  'PackageOlder',
  'PackageReplayed',
  'ProjectMissing',
  'SecretSuspected',
] as const;

const code = z.string().refine((value) => (overridableCodes as readonly string[]).includes(value), {
  message: `is not one of ${overridableCodes.join(', ')}`,
  params: {
    finding: 'OverrideUnknown',
    fix: 'Mend what the finding says: it cannot be overridden.',
  },
});

/** Lets findings of one code pass, of one object or of all, and says why (RUN-24). */
export const FindingOverride = z.strictObject({
  code,
  /** @default every object that has the finding */
  object: z.strictObject(FindingObject.shape).optional(),
  reason: z
    .string()
    .trim()
    .min(1, 'is empty')
    .max(500, 'is longer than 500 characters')
    .regex(/^\P{Cc}*$/u, 'has control characters'),
});
export type FindingOverride = z.infer<typeof FindingOverride>;

/** The overrides that a run is started with; none of them is a secret, all are audited when they are used. */
export const FindingOverrides = z.array(FindingOverride).max(100, 'are more than 100').default([]);
