/** A detection feature of a tenant and whether the secret scan can use it. */
export interface FeatureView {
  readonly code: string;
  readonly name: string;
  readonly supported: boolean;
  /** Why it is not used as it stands; empty where it is. */
  readonly reasons: readonly string[];
}
