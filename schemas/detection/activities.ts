import type { CheckResult, RunRef } from '../runs/run-ref';

/** The secret scan of a frozen scope, in references (REL-26). */
export interface SecretScanRef {
  /** The number under which finds are kept; null where nothing is to be scanned. */
  readonly featureSet: number | null;
  /** What a find is. */
  readonly mode: 'warn' | 'refuse';
  /** Numbers of shards with content that was never scanned, in portions of a few seconds. */
  readonly portions: readonly (readonly number[])[];
  /** Of what was never scanned. */
  readonly objectCount: number;
  readonly byteCount: number;
}

/** Light activities of the secret scan. */
export interface DetectionControlActivities {
  concludeSecretScan(
    ref: RunRef & Pick<SecretScanRef, 'mode'> & { readonly featureSet: number },
  ): Promise<CheckResult>;
}

/** Activities of the secret scan that compile patterns and search. */
export interface DetectionBulkActivities {
  planSecretScan(ref: RunRef): Promise<SecretScanRef>;
  scanShards(
    ref: RunRef & { readonly featureSet: number; readonly shards: readonly number[] },
  ): Promise<{ readonly objects: number; readonly bytes: number }>;
}
