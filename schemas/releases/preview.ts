import type { Finding } from '../runs/finding';
import type { AssetDeletion } from '../catalog/asset-document';
import type { ExportSettings } from './export-settings';
import type { DifferenceCounts } from './frozen-scope';
import type { PackageRequirement } from './manifest';
import type { ReleaseState } from './release-state';
import type { ReleaseScope } from './scope';

/** An asset by its identity; `project` is null for tenant-wide types. */
export interface NamedAsset {
  readonly type: string;
  readonly project: string | null;
  readonly code: string;
}

/** Objects and content bytes of one type, as they would be packed. */
export interface TypeCount {
  readonly category: string;
  readonly type: string;
  readonly objects: number;
  readonly bytes: number;
}

/** What a release would carry, or carries once it is frozen (REL-9). */
export interface ReleasePreview {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly state: ReleaseState;
  readonly scope: ReleaseScope;
  readonly exportSettings: ExportSettings;
  /** The tenant’s zone, in which the days of the scope begin. */
  readonly timeZone: string;
  /** SHA-256 in hex of the frozen scope; null while nothing is frozen and the catalog as it is now is shown. */
  readonly frozenDigest: string | null;
  readonly objectCount: number;
  readonly byteCount: number;
  readonly counts: readonly TypeCount[];
  readonly leftOutCount: number;
  /** How the objects differ from the base package; null where the scope names none (REL-16). */
  readonly difference: DifferenceCounts | null;
  /** Distinct things the selection refers to and lacks. */
  readonly requirements: { readonly dangling: number; readonly notPacked: number };
  /** What is never packed and is to be set up on the target by hand (REL-44). */
  readonly byHand: readonly { readonly kind: 'configuration files'; readonly count: number }[];
  readonly findings: readonly Finding[];
}

/** Why an object is in. */
export type ObjectReason =
  | { readonly kind: 'full' }
  | { readonly kind: 'changed in range'; readonly changedAt: Date }
  | { readonly kind: 'listed' }
  /** Not in the base package, or there with other content (REL-16). */
  | { readonly kind: 'new since base' }
  | { readonly kind: 'changed since base' }
  /** Drawn in by `of`; null where that is not known any more. */
  | { readonly kind: 'dependency'; readonly of: NamedAsset | null };

/** An object in scope. */
export interface PreviewObject extends NamedAsset {
  readonly category: string;
  readonly name: string;
  readonly changedAt: Date;
  readonly reason: ObjectReason;
}

/** An object that changed inside the range but whose last change lies outside (REL-11). */
export interface LeftOutObject extends NamedAsset {
  readonly name: string;
  /** Its last change inside the range. */
  readonly changedInside: Date;
  readonly lastChange: Date;
}

/** An object that was in the base package and is deleted since (REL-16). */
export type DeletedObject = Omit<AssetDeletion, 'deleted'>;

/** Something the selection refers to and lacks (REL-44). */
export interface MissingRequirement extends PackageRequirement {
  /** `missing here too`: the tenant has no such asset either. */
  readonly status: 'missing here too' | 'not in this package';
}

/** One page; `next` is the cursor of the page after it, null on the last one. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}
