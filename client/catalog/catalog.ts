import { Readable } from 'node:stream';
import { z } from 'zod';
import { maxNameLength } from '../../schemas/catalog/asset-document';
import {
  AssetQuery,
  AssetRef,
  AssetVersionRef,
  type AssetPage,
  type AssetVersion,
  type CatalogStats,
  type StoredAsset,
} from '../../schemas/catalog/catalog-queries';
import { toFinding, type DocumentFault } from '../../schemas/catalog/document-fault';
import {
  catalogFormats,
  type CatalogFormat,
  type LoadProgress,
  type LoadResult,
} from '../../schemas/catalog/load-result';
import { PipelineError } from '../../schemas/pipeline-error';
import { parseInput } from '../../schemas/parse-input';
import type { Finding } from '../../schemas/runs/finding';
import { TenantCode } from '../../schemas/tenants/tenant';
import { guardedRead } from '../../store/audit/audited';
import { readCatalogStats } from '../../store/catalog/catalog-stats';
import { loadManifest } from '../../store/catalog/dbt/load-manifest';
import { listAssets } from '../../store/catalog/list-assets';
import { listVersions } from '../../store/catalog/list-versions';
import { loadDocuments } from '../../store/catalog/load-documents';
import { showAsset } from '../../store/catalog/show-asset';
import type { Database } from '../../store/database/connect';
import { findTenant } from '../../store/tenants/find-tenant';
import type { ClientContext } from '../context';
import { openDocuments } from './open-documents';
import { recogniseFormat } from './recognise-format';

/** What to load into which tenant. */
export interface CatalogLoad {
  readonly tenant: string;
  /** A path, or a stream of bytes; gzip and xz are recognised by their first bytes. */
  readonly source: string | Readable;
  /** Asset documents or a dbt manifest. @default what the first bytes say */
  readonly format?: CatalogFormat;
  /** The code of the project a dbt manifest is loaded into; only for those. */
  readonly project?: string;
  /** Leaves bad lines out instead of loading nothing. @default false */
  readonly skipBad?: boolean;
  /** Told after each piece of the source. */
  readonly onProgress?: (progress: LoadProgress) => void;
  /** Told every fault when it is found; the error and the result hold the first 100,000. */
  readonly onFault?: (fault: DocumentFault) => void;
}

/** What a load did, with the findings of the lines left out. */
export interface CatalogLoaded extends LoadResult {
  readonly format: CatalogFormat;
  readonly findings: readonly Finding[];
}

/**
 * The built-in catalog of a tenant (RUN-17, RUN-18). Every method throws `Unauthenticated`,
 * `PermissionDenied`, `TenantNotFound`, and `InvalidInput` with a finding per fault.
 */
export interface Catalog {
  /**
   * Loads asset documents and deletions, or a dbt manifest into a project, all or nothing; the same
   * again writes nothing. A manifest takes the place of what an earlier one of its dbt project
   * brought there. Throws `CatalogLinesInvalid` with every fault of the file,
   * `CatalogFileUnreadable`, `DbtManifestInvalid`, `DbtManifestProjectMissing`, and `ModeWrong` while the
   * tenant is in maintenance.
   *
   * @example
   * const { created, changed } = await gantry.catalog.load({
   *   tenant: 'retail',
   *   source: 'assets.ndjson.xz',
   * });
   * const { manifest } = await gantry.catalog.load({
   *   tenant: 'retail',
   *   project: 'orders',
   *   source: 'target/manifest.json',
   * });
   */
  load(input: CatalogLoad): Promise<CatalogLoaded>;
  /**
   * A page of assets, at most `limit` (100, up to 1,000).
   *
   * @example const { assets, next } = await gantry.catalog.list({ tenant: 'retail', search: 'order' });
   */
  list(input: z.input<typeof AssetQuery>): Promise<AssetPage>;
  /**
   * The document of an asset, its secret members null; deleted ones are shown as they last were.
   * Throws `AssetNotFound`.
   *
   * @example
   * const asset = { tenant: 'retail', type: 'compute_task', project: 'orders', code: 'daily' };
   * const { document } = await gantry.catalog.show(asset);
   */
  show(input: z.input<typeof AssetVersionRef>): Promise<StoredAsset>;
  /**
   * Every version of an asset, the last one first. Throws `AssetNotFound`.
   *
   * @example
   * const versions = await gantry.catalog.versions({ tenant: 'retail', type: 'project', code: 'orders' });
   */
  versions(input: z.input<typeof AssetRef>): Promise<AssetVersion[]>;
  /**
   * Counts, bytes, dangling references, and a digest that is equal where two catalogs are.
   *
   * @example const { assets, digest } = await gantry.catalog.stats({ tenant: 'retail' });
   */
  stats(input: { readonly tenant: string }): Promise<CatalogStats>;
}

const TenantRef = z.strictObject({ tenant: TenantCode });

/** What an asset document takes for a project. */
const ProjectCode = z
  .string()
  .min(1)
  .max(maxNameLength)
  .refine((code) => code.isWellFormed() && !/\p{Cc}/u.test(code), 'has control characters');

const CatalogLoadInput = z.strictObject({
  tenant: TenantCode,
  source: z.union([z.string().min(1), z.instanceof(Readable)]),
  format: z.enum(catalogFormats).optional(),
  project: ProjectCode.optional(),
  skipBad: z.boolean().default(false),
  onProgress: z.custom<NonNullable<CatalogLoad['onProgress']>>(isFunction).optional(),
  onFault: z.custom<NonNullable<CatalogLoad['onFault']>>(isFunction).optional(),
});

/** The catalog part of the client. */
export function createCatalog(context: ClientContext): Catalog {
  return {
    load: (given) => load(context, given),
    list: async (given) => {
      const query = parseInput(AssetQuery, given);
      return read(context, query.tenant, (database, tenantId) =>
        listAssets(database, tenantId, query),
      );
    },
    show: async (given) => {
      const ref = parseInput(AssetVersionRef, given);
      return read(context, ref.tenant, (database, tenantId) => showAsset(database, tenantId, ref));
    },
    versions: async (given) => {
      const ref = parseInput(AssetRef, given);
      return read(context, ref.tenant, (database, tenantId) =>
        listVersions(database, tenantId, ref),
      );
    },
    stats: async (given) => {
      const { tenant } = parseInput(TenantRef, given);
      return read(context, tenant, readCatalogStats);
    },
  };
}

async function load(context: ClientContext, given: CatalogLoad): Promise<CatalogLoaded> {
  const input = parseInput(CatalogLoadInput, given);
  const { tenant, project, skipBad, onProgress, onFault } = input;
  const caller = await context.caller();
  const opened = openDocuments(input.source);
  const recognised = await recogniseFormat(opened.chunks);
  const format = input.format ?? recognised.format;
  const options = {
    ...{ tenant, skipBad, chunks: recognised.chunks, sourceName: opened.name },
    encryptionKey: context.settings.encryptionKey,
    onProgress: (lines: number) => onProgress?.({ lines, bytes: opened.bytesRead() }),
    ...(onFault === undefined ? {} : { onFault }),
  };
  try {
    const { result, faults } =
      format === 'dbt'
        ? await loadManifest(context.database, caller, { ...options, project: wanted(project) })
        : await loadDocuments(context.database, caller, withoutProject(options, project));
    return { format, ...result, findings: faults.map(toFinding) };
  } finally {
    // A load that was refused has not read it.
    await recognised.close();
  }
}

function wanted(project: string | undefined): string {
  if (project === undefined) throw new PipelineError('DbtManifestProjectMissing', {});
  return project;
}

/** Asset documents name their projects themselves: one given besides would change nothing. */
function withoutProject<T>(options: T, project: string | undefined): T {
  if (project === undefined) return options;
  const finding = {
    code: 'ProjectUnexpected',
    severity: 'error',
    object: { type: 'input', project: null, code: 'project' },
    reason: 'project: the file holds asset documents, which name their projects themselves',
    fix: 'Leave the project out, or give a dbt manifest.',
    overridable: false,
  } as const;
  throw new PipelineError('InvalidInput', { fields: ['project'] }, { findings: [finding] });
}

async function read<T>(
  context: ClientContext,
  tenantCode: string,
  body: (database: Database, tenantId: number) => Promise<T>,
): Promise<T> {
  const caller = await context.caller();
  const tenant = await findTenant(context.database, tenantCode);
  const attempt = {
    caller,
    tenantId: tenant.id,
    action: 'catalog.read',
    object: `catalog/${tenant.code}`,
  } as const;
  return guardedRead(context.database, attempt, () => body(context.database, tenant.id));
}

function isFunction(value: unknown): boolean {
  return typeof value === 'function';
}
