import { z } from 'zod';
import { ExportSettings } from './export-settings';
import { ReleaseName } from './release-name';
import { ReleaseMethod, ReleaseScope } from './scope';

/** What people write about a release (REL-6). */
export const ReleaseDescription = z
  .string()
  .refine((text) => Array.from(text).length <= 64, { message: 'is longer than 64 characters' })
  .refine((text) => text.isWellFormed() && !text.includes('\0'), {
    message: 'has characters that are none',
  });

/** A scope that is still to be chosen: only the method stands (REL-9, save and next). */
export const UnfinishedScope = z.strictObject({ method: ReleaseMethod });
export type UnfinishedScope = z.infer<typeof UnfinishedScope>;

/** Export information that can be carried out: keeping authentication information needs its confirmation (REL-6). */
export const DraftExportSettings = ExportSettings.refine(
  ({ authenticationInformation, keepAuthenticationConfirmed }) =>
    keepAuthenticationConfirmed || !Object.values(authenticationInformation).includes('keep'),
  {
    path: ['authenticationInformation'],
    message: 'keeps authentication information, and this is not confirmed',
    params: {
      finding: 'AuthenticationNotConfirmed',
      fix: 'Clear it, or confirm that keeping it is meant.',
    },
  },
);

/** What a draft is made of; `name` is made from tenant and time where it is missing. */
export const ReleaseDraft = z.strictObject({
  name: ReleaseName.optional(),
  description: ReleaseDescription.default(''),
  exportSettings: DraftExportSettings.prefault({}),
  scope: z.union([UnfinishedScope, ReleaseScope]),
});
export type ReleaseDraft = z.infer<typeof ReleaseDraft>;
/** A draft as callers give it: what has a default may be left out. */
export type ReleaseDraftInput = z.input<typeof ReleaseDraft>;

/** True for a scope of which only the method is chosen; `full` needs no more. */
export function isUnfinished(scope: unknown): scope is UnfinishedScope {
  return UnfinishedScope.safeParse(scope).success && (scope as UnfinishedScope).method !== 'full';
}
