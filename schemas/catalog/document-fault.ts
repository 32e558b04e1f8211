import type { Finding } from '../runs/finding';

/** What can be wrong with a line of a catalog file or an object of a dbt manifest, and how to mend it (RUN-18). */
export const documentFaultFixes = {
  AssetTwice: 'Keep one line an asset: a change and a deletion of it cannot be in one file.',
  AssetTypeUnknown: 'Use a type of the registry: docs/catalog.md lists them.',
  DocumentInvalid: 'Correct the member that is named.',
  LineNotJson: 'Write one whole JSON object a line.',
  LineNotUtf8: 'Write the file as UTF-8.',
  LineTooLong: 'Keep a line below 8 MiB.',
  NodeInvalid: 'Write the manifest with dbt itself: a member is not as dbt writes it.',
  ProjectUnexpected: 'Set project to null: the type belongs to the tenant.',
  TextHasNul: 'Take the NUL character out.',
  TextNotUnicode: 'Replace the half of a surrogate pair that stands alone.',
} as const;

export type DocumentFaultCode = keyof typeof documentFaultFixes;

/** One fault of one line; `reason` names members and identities, never a value of `definition`. */
export interface DocumentFault {
  /** Counted from 1; in a dbt manifest the place among its objects. */
  readonly line: number;
  /** In a dbt manifest the `unique_id` of the object. */
  readonly node?: string;
  readonly code: DocumentFaultCode;
  readonly reason: string;
  readonly object?: {
    readonly type: string;
    readonly project: string | null;
    readonly code: string;
  };
}

/** The fault as a finding; the line, or the object of the manifest, stands in its reason. */
export function toFinding(fault: DocumentFault): Finding {
  return {
    code: fault.code,
    severity: 'error',
    ...(fault.object === undefined ? {} : { object: fault.object }),
    reason: `${fault.node ?? `line ${fault.line}`}: ${fault.reason}`,
    fix: documentFaultFixes[fault.code],
    overridable: true,
  };
}
