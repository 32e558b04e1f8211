import { z } from 'zod';
import { Finding } from '../runs/finding';

const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const Count = z.int().nonnegative();

/** Whether a kind of information travels or is taken out (REL-6). */
export const InformationHandling = z.enum(['keep', 'clear']);
export type InformationHandling = z.infer<typeof InformationHandling>;

const PerSourceKind = z.strictObject({
  computeSources: InformationHandling,
  dataSources: InformationHandling,
});

/** One entry of a package but `manifest.json` and `seal.json`; sizes are those of the content. */
export const PackageEntry = z.strictObject({
  path: z.string().min(1),
  bytes: Count,
  sha256: Sha256,
});
export type PackageEntry = z.infer<typeof PackageEntry>;

/** One line of `requirements.ndjson`: what objects of the package refer to and the package has not. */
export const PackageRequirement = z.strictObject({
  type: z.string().nullable(),
  project: z.string().nullable(),
  code: z.string(),
  /** The roles in which it is referred to, sorted. */
  roles: z.array(z.string()),
  /** How many references point to it. */
  referenceCount: z.int().positive(),
  /** The first object, in identity order, that refers to it. */
  example: z.strictObject({ type: z.string(), project: z.string().nullable(), code: z.string() }),
});
export type PackageRequirement = z.infer<typeof PackageRequirement>;

/** `manifest.json` of a release package, format version 1 (REL-24); docs/package-format.md explains it. */
export const PackageManifest = z.strictObject({
  formatVersion: z.literal(1),
  packageId: z.string().min(1),
  name: z.string().min(1),
  description: z.string(),
  sourceTenant: z.strictObject({ code: z.string().min(1), name: z.string() }),
  productVersion: z.string().min(1),
  engines: z.array(z.strictObject({ type: z.string().min(1) })),
  engineMode: z.enum(['single', 'multi']),
  method: z.enum(['full', 'incremental', 'objects']),
  /** The scope as it was given. */
  scope: z.record(z.string(), z.json()),
  /** Digest of the frozen scope, which the approval was for (REL-18). */
  scopeDigest: Sha256,
  /** UTC, fixed at freezing (REL-21). */
  createdAt: z.iso.datetime(),
  createdBy: z.string().min(1),
  counts: z.strictObject({
    objects: Count,
    resources: Count,
    statements: Count,
    byType: z.record(z.string(), z.int().positive()),
  }),
  /** Sorted by the UTF-8 bytes of the path. */
  entries: z.array(PackageEntry),
  /** How many lines `requirements.ndjson` has; the entry is always there. */
  requirements: z.strictObject({ count: Count }),
  /** How many lines `deletions.ndjson` has, where the package carries deletions (REL-16). */
  deletions: z.strictObject({ count: Count }).exactOptional(),
  settings: z.strictObject({
    connectionInformation: PerSourceKind,
    authenticationInformation: PerSourceKind,
    createTableStatements: z.boolean(),
    /** What was taken out: how many values of which type of asset. */
    cleared: z.array(z.strictObject({ type: z.string().min(1), count: z.int().positive() })),
  }),
  notes: z.array(Finding).exactOptional(),
  /** The package this one continues, and its position after it (REL-16). */
  chain: z.strictObject({ baseDigest: Sha256, sequence: z.int().positive() }).exactOptional(),
});
export type PackageManifest = z.infer<typeof PackageManifest>;
