import type { AssetCategory } from '../catalog/asset-types';
import type { Finding } from '../runs/finding';
import type { PublishChange, PublishStatus } from './publish-status';

/** How many objects of a category are where (REL-36). */
export interface CategoryOverview {
  readonly category: AssetCategory;
  readonly total: number;
  readonly toBePublished: number;
  readonly publishing: number;
  readonly succeeded: number;
  readonly succeededWithRisks: number;
  readonly failed: number;
  /** Of those to be published: not publishable as things stand (REL-37, REL-45). */
  readonly notPublishable: number;
}

/** An object on the list; times are RFC 3339 in UTC. */
export interface PublishObject {
  readonly type: string;
  readonly project: string | null;
  readonly code: string;
  readonly name: string;
  readonly category: AssetCategory;
  readonly status: PublishStatus;
  /** When a run was last done with it. */
  readonly completedAt: string | null;
  /** What the newest import did to it. */
  readonly changeType: PublishChange;
  /** What publishing it does to production, or what it would do. */
  readonly productionChange: 'put online' | 'replace' | 'take offline' | 'none';
  /** True where it was changed here after the import that listed it. */
  readonly changedHere: boolean;
  readonly publishable: boolean;
  /** Codes that say why it is not: `ProjectNotPublished`, `SegmentNotPublished`, `SourceSettingsMissing`. */
  readonly obstacles: readonly string[];
  /** What the last run had to say; `object` of a finding is what hinders or is missing. */
  readonly findings: readonly Finding[];
  readonly version: number;
  readonly onlineVersion: number | null;
  readonly listedAt: string;
  readonly import: string;
  readonly run: string | null;
}

/** A page of the list, in the order of (type, project, code). */
export interface PublishPage {
  readonly objects: readonly PublishObject[];
  /** The cursor of the next page; null at the end. */
  readonly next: string | null;
  /** Of the names that were asked for: those that the list has not. */
  readonly notFound: readonly string[];
}

/** What is known of a source that came without connection or authentication information (REL-45). */
export interface SourceSettingsView {
  readonly type: string;
  readonly project: string | null;
  readonly code: string;
  /** Where each comes from; `missing` makes the source not publishable. Secrets are never shown. */
  readonly connection: SettingOrigin;
  readonly authentication: SettingOrigin;
  readonly testedAt: string | null;
  /** Why the last test did not reach it. */
  readonly testFailure: string | null;
}

/** Where a setting of a source comes from: the package, this side’s input, what is online here. */
export type SettingOrigin = 'package' | 'entered' | 'kept' | 'missing';
