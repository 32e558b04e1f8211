import type { Finding, FindingObject } from '../runs/finding';
import { shorten } from '../shorten';

/** Where a text looks like a secret; never the secret itself (RUN-20). */
export interface SuspectedSecret {
  /** The code of the detection feature. */
  readonly feature: string;
  /** RFC 6901, from the document. */
  readonly pointer: string;
  /** At most its first three characters, and its length. */
  readonly hint: string;
}

/** How the secret scan of a tenant’s packages ends where it finds something (REL-26). */
export const secretScanModes = ['off', 'warn', 'refuse'] as const;
export type SecretScanMode = (typeof secretScanModes)[number];

/** The suspicion as a finding: a warning, or an error that may be overridden where the tenant refuses. */
export function toSecretFinding(
  object: FindingObject,
  suspected: SuspectedSecret,
  mode: SecretScanMode,
): Finding {
  return {
    code: 'SecretSuspected',
    severity: mode === 'refuse' ? 'error' : 'warning',
    object,
    reason: `${shorten(suspected.pointer, 200)}: the detection feature ${suspected.feature} takes ${suspected.hint} for a secret`,
    fix: 'Take the secret out of the text and change it where it is used; or add the false alarm to the allowlist of the feature.',
    overridable: true,
  };
}
