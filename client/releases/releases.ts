import { z } from 'zod';
import { parseInput } from '../../schemas/parse-input';
import { PipelineError } from '../../schemas/pipeline-error';
import type {
  DeletedObject,
  LeftOutObject,
  MissingRequirement,
  Page,
  PreviewObject,
  ReleasePreview,
} from '../../schemas/releases/preview';
import { allowsOperation } from '../../schemas/releases/release-state';
import type { ReleaseDraftInput } from '../../schemas/releases/release-draft';
import { ReleaseQuery, type Release, type ReleaseList } from '../../schemas/releases/release-view';
import { FindingOverrides, type FindingOverride } from '../../schemas/runs/override';
import { TenantCode } from '../../schemas/tenants/tenant';
import { copyRelease, createDraft } from '../../store/releases/create-draft';
import { openPackage } from '../../store/releases/find-package';
import { listReleases, showRelease } from '../../store/releases/list-releases';
import { previewDeletions } from '../../store/releases/preview-deletions';
import {
  previewLeftOut,
  previewObjects,
  previewRequirements,
} from '../../store/releases/preview-pages';
import { previewScope } from '../../store/releases/preview-scope';
import { deleteRelease, updateDraft } from '../../store/releases/update-draft';
import type { ClientContext } from '../context';
import { cancelRun } from '../runs/cancel-run';
import { startExport } from '../runs/start-export';
import { downloadPackage, type DownloadProgress } from './download-package';
import { presignPackage } from './package-store';

/** Which release of which tenant. */
export interface ReleaseRef {
  readonly tenant: string;
  /** Its id, `rel_…`. */
  readonly release: string;
}

/** Which page of a preview: at most `limit` items (100, up to 1,000) after `cursor`. */
export interface ReleasePageRef extends ReleaseRef {
  readonly limit?: number;
  readonly cursor?: string;
}

/** Where to write a package. */
export interface ReleaseDownload extends ReleaseRef {
  /** A file, which is replaced where it is there, or a folder, where it gets the package's name. */
  readonly target: string;
  readonly onProgress?: (progress: DownloadProgress) => void;
  readonly signal?: AbortSignal;
}

/**
 * Release packages from draft to download (REL-6 to REL-15, REL-22). Every method throws
 * `Unauthenticated`, `PermissionDenied`, `TenantNotFound`, and, where a release is meant,
 * `ReleaseNotFound`. Exports are started with `gantry.runs`.
 */
export interface Releases {
  /**
   * Saves a draft. Without `name` it is made from tenant and time; a scope of its `method` alone is
   * chosen later by `update`. Throws `DraftInvalid` with a finding per fault, all at once.
   *
   * @example
   * const { id } = await gantry.releases.create({
   *   tenant: 'retail',
   *   scope: {
   *     method: 'incremental',
   *     changed: { from: '2026-06-01', to: '2026-06-30' },
   *     categories: ['development'],
   *     projects: ['retail_dwd'],
   *   },
   * });
   * // what has changed since a package, named by its id, its release or its digest
   * await gantry.releases.create({
   *   tenant: 'retail',
   *   scope: { method: 'incremental', base: { packageId: id } },
   * });
   */
  create(draft: ReleaseDraftInput & { readonly tenant: string }): Promise<Release>;
  /**
   * Changes a draft, or a rejected, failed or cancelled release, whole or per group; what is not
   * given stays. Throws `DraftInvalid` and `ReleaseStateWrong`.
   *
   * @example await gantry.releases.update({ tenant: 'retail', release: id, description: 'June' });
   */
  update(changes: Partial<ReleaseDraftInput> & ReleaseRef): Promise<Release>;
  /**
   * Makes a new draft from any release.
   *
   * @example const copy = await gantry.releases.copy({ tenant: 'retail', release: id });
   */
  copy(ref: ReleaseRef): Promise<Release>;
  /**
   * Takes a release off the list; its package goes when its retention ends. Throws
   * `ReleaseStateWrong` while it waits for approval or is exported.
   *
   * @example await gantry.releases.delete({ tenant: 'retail', release: id });
   */
  delete(ref: ReleaseRef): Promise<void>;
  /**
   * A release with all that was saved of it and its package.
   *
   * @example const { state, package: file } = await gantry.releases.show({ tenant: 'retail', release: id });
   */
  show(ref: ReleaseRef): Promise<Release>;
  /**
   * The releases of a tenant, the newest first; at most `limit` (50, up to 1,000).
   *
   * @example const { releases } = await gantry.releases.list({ tenant: 'retail', states: ['draft'] });
   */
  list(query: z.input<typeof ReleaseQuery>): Promise<ReleaseList>;
  /**
   * What a release would carry, or carries once frozen: counts, what is left out and lacking,
   * warnings. Throws `DraftInvalid` for an unfinished scope and `ObjectsNotFound`.
   *
   * @example const { objectCount, findings } = await gantry.releases.preview({ tenant: 'retail', release: id });
   */
  preview(ref: ReleaseRef): Promise<ReleasePreview>;
  /**
   * The objects with the reason why each is in.
   *
   * @example const { items, next } = await gantry.releases.previewObjects({ tenant: 'retail', release: id });
   */
  previewObjects(page: ReleasePageRef): Promise<Page<PreviewObject>>;
  /**
   * Objects that changed inside the range but whose last change lies outside; of the catalog as it
   * is now, also for a frozen release.
   *
   * @example const { items } = await gantry.releases.previewLeftOut({ tenant: 'retail', release: id });
   */
  previewLeftOut(page: ReleasePageRef): Promise<Page<LeftOutObject>>;
  /**
   * What the base package carries and is deleted since (REL-16); empty where the scope names no base.
   *
   * @example const { items } = await gantry.releases.previewDeletions({ tenant: 'retail', release: id });
   */
  previewDeletions(page: ReleasePageRef): Promise<Page<DeletedObject>>;
  /**
   * What the selection refers to and lacks.
   *
   * @example const { items } = await gantry.releases.previewRequirements({ tenant: 'retail', release: id });
   */
  previewRequirements(page: ReleasePageRef): Promise<Page<MissingRequirement>>;
  /**
   * Writes the package into a file and gives its path; size and SHA-256 are checked before the file
   * gets its name. Throws `PackageNotReady`, `PackageExpired`, `PackageCorrupt`,
   * `ObjectStoreUnavailable`, and `InvalidInput` where the file cannot be written.
   *
   * @example const path = await gantry.releases.download({ tenant: 'retail', release: id, target: '.' });
   */
  download(download: ReleaseDownload): Promise<string>;
  /**
   * A link that downloads the package without a token, good for `expiresInSeconds` (3,600, up to
   * 604,800). Whoever has the link has the package. Throws `PackageNotReady`, `PackageExpired`.
   *
   * @example const url = await gantry.releases.link({ tenant: 'retail', release: id });
   */
  link(link: ReleaseRef & { readonly expiresInSeconds?: number }): Promise<string>;
  /**
   * Starts the export and gives the run's id; follow it with `gantry.runs`. A release that is
   * exported or at it gives the run it has (RUN-13). Throws `ReleaseStateWrong` for an expired one,
   * `TemporalUnavailable`.
   *
   * @example const run = await gantry.releases.export({ tenant: 'retail', release: id });
   */
  export(order: ReleaseRef & { readonly overrides?: readonly FindingOverride[] }): Promise<string>;
  /**
   * Cancels the export under way, which undoes what it did (RUN-7). Throws `ReleaseStateWrong`
   * where nothing is exported.
   *
   * @example await gantry.releases.cancel({ tenant: 'retail', release: id });
   */
  cancel(ref: ReleaseRef): Promise<void>;
}

const Ref = z.strictObject({ tenant: TenantCode, release: z.string().min(1).max(200) });
const ExportOrder = Ref.extend({ overrides: FindingOverrides });
const PageRef = Ref.extend({
  limit: z.int().min(1).max(1000).default(100),
  cursor: z.string().optional(),
}).transform((page) => ({ ...page, cursor: page.cursor }));
const LinkRef = Ref.extend({ expiresInSeconds: z.int().min(1).max(604_800).default(3600) });
const DownloadRef = Ref.extend({
  target: z.string().min(1),
  onProgress: z
    .custom<NonNullable<ReleaseDownload['onProgress']>>((value) => typeof value === 'function')
    .optional(),
  signal: z.instanceof(AbortSignal).optional(),
});

/** The releases part of the client. */
export function createReleases(context: ClientContext): Releases {
  const { database, settings } = context;
  const show = async (ref: ReleaseRef): Promise<Release> =>
    showRelease(database, await context.caller(), ref);
  return {
    async create({ tenant, ...draft }) {
      const place = parseInput(z.strictObject({ tenant: TenantCode }), { tenant });
      const row = await createDraft(database, await context.caller(), { ...place, draft });
      return show({ tenant, release: row.id });
    },
    async update({ tenant, release, ...changes }) {
      const ref = parseInput(Ref, { tenant, release });
      await updateDraft(database, await context.caller(), { ...ref, changes });
      return show(ref);
    },
    async copy(given) {
      const ref = parseInput(Ref, given);
      const row = await copyRelease(database, await context.caller(), ref);
      return show({ tenant: ref.tenant, release: row.id });
    },
    delete: async (ref) => deleteRelease(database, await context.caller(), parseInput(Ref, ref)),
    show: (ref) => show(parseInput(Ref, ref)),
    list: async (query) =>
      listReleases(database, await context.caller(), parseInput(ReleaseQuery, query)),
    preview: async (ref) => previewScope(database, await context.caller(), parseInput(Ref, ref)),
    previewObjects: async (page) =>
      previewObjects(database, await context.caller(), parseInput(PageRef, page)),
    previewLeftOut: async (page) =>
      previewLeftOut(database, await context.caller(), parseInput(PageRef, page)),
    previewDeletions: async (page) =>
      previewDeletions(database, await context.caller(), parseInput(PageRef, page)),
    previewRequirements: async (page) =>
      previewRequirements(database, await context.caller(), parseInput(PageRef, page)),
    async download(given) {
      const { target, onProgress, signal, ...ref } = parseInput(DownloadRef, given);
      const asked = { ...ref, way: 'download' } as const;
      const file = await openPackage(database, await context.caller(), asked);
      return downloadPackage(settings.objectStore, { file, target, onProgress, signal });
    },
    export: (order) => startExport(context, parseInput(ExportOrder, order)),
    async cancel(given) {
      const { runId, state } = await show(parseInput(Ref, given));
      if (runId === null || !allowsOperation(state, 'cancel')) {
        throw new PipelineError('ReleaseStateWrong', { release: given.release, state });
      }
      await cancelRun(context, runId);
    },
    async link(given) {
      const { expiresInSeconds, ...ref } = parseInput(LinkRef, given);
      const asked = { ...ref, way: 'link' } as const;
      const file = await openPackage(database, await context.caller(), asked);
      return presignPackage(settings.objectStore, { file, expiresInSeconds });
    },
  };
}
