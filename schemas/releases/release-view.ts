import { z } from 'zod';
import { TenantCode } from '../tenants/tenant';
import type { Finding } from '../runs/finding';
import type { ExportSettings } from './export-settings';
import type { UnfinishedScope } from './release-draft';
import { releaseStates, type ReleaseOperation, type ReleaseState } from './release-state';
import { ReleaseMethod, type ReleaseScope } from './scope';

/** The package of a release. */
export interface ReleasePackage {
  readonly id: string;
  /** The file name it is downloaded under. */
  readonly name: string;
  readonly sizeBytes: number;
  /** SHA-256 of the file, hex. */
  readonly digest: string;
  /** Objects in all and by type. */
  readonly counts: { readonly objects: number; readonly byType: Readonly<Record<string, number>> };
  /** The package it continues, and its position after it; null for one that begins a chain (REL-16). */
  readonly chain: {
    readonly basePackageId: string;
    readonly baseDigest: string;
    readonly sequence: number;
  } | null;
  readonly warnings: readonly Finding[];
  readonly createdAt: Date;
  readonly createdBy: string;
  readonly expiresAt: Date;
  /** When its file was deleted after its retention time; null while it is there. */
  readonly deletedAt: Date | null;
}

/** A line of the list of releases (REL-10). */
export interface ReleaseSummary {
  readonly id: string;
  readonly name: string;
  readonly method: ReleaseMethod;
  readonly state: ReleaseState;
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  /** Size, time of export and end of retention of its package; null without one. */
  readonly sizeBytes: number | null;
  readonly exportedAt: Date | null;
  readonly expiresAt: Date | null;
  /** `parked` while its run waits for an operator. */
  readonly warning: 'parked' | null;
  readonly operations: readonly ReleaseOperation[];
}

/** A release with all that was saved of it. */
export interface Release extends ReleaseSummary {
  readonly tenant: string;
  readonly description: string;
  /** Of an unfinished draft the method alone. */
  readonly scope: ReleaseScope | UnfinishedScope;
  readonly exportSettings: ExportSettings;
  readonly copiedFrom: string | null;
  /** Its last run. */
  readonly runId: string | null;
  readonly package: ReleasePackage | null;
}

/** What to list: by a part of the name, and filters that all have to hold (REL-10). */
export const ReleaseQuery = z.strictObject({
  tenant: TenantCode,
  /** A part of the name, in any case. */
  search: z.string().min(1).max(255).optional(),
  states: z.array(z.enum(releaseStates)).min(1).optional(),
  methods: z.array(ReleaseMethod).min(1).optional(),
  createdBy: z.string().min(1).optional(),
  /** Whole days in the tenant's time zone, both included. */
  createdFrom: z.iso.date().optional(),
  createdTo: z.iso.date().optional(),
  limit: z.int().min(1).max(1000).default(50),
  cursor: z.string().optional(),
});
export type ReleaseQuery = z.infer<typeof ReleaseQuery>;

/** One page of the list. */
export interface ReleaseList {
  readonly releases: readonly ReleaseSummary[];
  /** The cursor of the next page; null on the last one. */
  readonly next: string | null;
}
