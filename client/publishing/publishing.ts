import { z } from 'zod';
import { documentPatch, type PatchOperation } from '../../archive/document-patch';
import { AssetRef } from '../../schemas/catalog/catalog-queries';
import { parseInput } from '../../schemas/parse-input';
import type { SourceTest } from '../../schemas/publishing/activities';
import {
  PublishListQuery,
  PublishRequest,
  PublishRetry,
  SourceSettingsInput,
  type PublishSelection,
} from '../../schemas/publishing/publish-request';
import type {
  CategoryOverview,
  PublishPage,
  SourceSettingsView,
} from '../../schemas/publishing/publish-view';
import { TenantCode } from '../../schemas/tenants/tenant';
import { auditedChange, guardedRead } from '../../store/audit/audited';
import type { Connection } from '../../store/database/connect';
import {
  clearSourceSettings,
  setSourceSettings,
  showSourceSettings,
} from '../../store/publishing/change-source-settings';
import {
  readVersionsToCompare,
  type VersionsToCompare,
} from '../../store/publishing/compare-versions';
import { listPublishObjects } from '../../store/publishing/list-publish-objects';
import { readPublishOverview } from '../../store/publishing/publish-overview';
import { reparsePublishable } from '../../store/publishing/reparse-publishable';
import { findTenant } from '../../store/tenants/find-tenant';
import type { ClientContext } from '../context';
import { startPublishing, tryOnWorker, type PublishingStarted } from './start-publishing';

/** An object of the list with what production runs, what was submitted, and what differs. */
export interface PublishComparison extends VersionsToCompare {
  /** JSON patch (RFC 6902) from online to submitted; empty where one of them is not there. */
  readonly patch: readonly PatchOperation[];
}

/**
 * What imports brought and production does not run yet, and how it gets there (REL-36 to REL-40,
 * REL-45). Every method throws `Unauthenticated`, `PermissionDenied`, `TenantNotFound`, and
 * `InvalidInput` with a finding per fault.
 */
export interface Publishing {
  /**
   * The list in counts: one row for each of the eight categories.
   *
   * @example const rows = await gantry.publishing.overview({ tenant: 'retail-eu' });
   */
  overview(ref: { readonly tenant: string }): Promise<readonly CategoryOverview[]>;
  /**
   * A page of the list; `names` are exact names or codes, up to 1,000, and those that the list has not
   * come back in `notFound`.
   *
   * @example
   * const { objects } = await gantry.publishing.list({
   *   tenant: 'retail-eu',
   *   statuses: ['failed'],
   *   categories: ['development'],
   * });
   */
  list(query: z.input<typeof PublishListQuery>): Promise<PublishPage>;
  /**
   * An object with both of its versions and their difference. Throws `PublishObjectNotFound`.
   *
   * @example
   * const { patch } = await gantry.publishing.show({
   *   tenant: 'retail-eu',
   *   type: 'compute_task',
   *   project: 'retail_dwd',
   *   code: 'daily_orders',
   * });
   */
  show(ref: z.input<typeof AssetRef>): Promise<PublishComparison>;
  /**
   * Starts a run that publishes objects, all, or what fits a filter. The same `requestId` is the same
   * run. What failed is told in its result: `gantry.runs.result`. Throws `TemporalUnavailable`.
   *
   * @example
   * const { run } = await gantry.publishing.run({ tenant: 'retail-eu', all: true });
   * const { result } = await gantry.runs.result({ run }); // result.succeeded, result.failed, …
   */
  run(request: z.input<typeof PublishRequest>): Promise<PublishingStarted>;
  /**
   * Starts a run over what failed and what was blocked by it, of one publishing or of all. Throws
   * `TemporalUnavailable`.
   *
   * @example const { run } = await gantry.publishing.retry({ tenant: 'retail-eu', publishing: id });
   */
  retry(request: z.input<typeof PublishRetry>): Promise<PublishingStarted>;
  /**
   * Judges anew what of the list is publishable, as after projects and segments went online.
   *
   * @example const { notPublishable } = await gantry.publishing.reparse({ tenant: 'retail-eu' });
   */
  reparse(ref: {
    readonly tenant: string;
  }): Promise<{ readonly toBePublished: number; readonly notPublishable: number }>;
  /**
   * Where connection and authentication information of a source comes from; never what it is. Throws
   * `AssetNotFound`, `SourceNotFound`.
   *
   * @example
   * const { authentication } = await gantry.publishing.settings({
   *   tenant: 'retail-eu',
   *   type: 'data_source',
   *   code: 'serving',
   * });
   */
  settings(ref: z.input<typeof AssetRef>): Promise<SourceSettingsView>;
  /**
   * Enters what a source came without; it is stored encrypted and used from its next publishing on.
   * Throws `AssetNotFound`, `SourceNotFound`, `SourceNotCleared`.
   *
   * @example
   * await gantry.publishing.setSettings({
   *   tenant: 'retail-eu',
   *   type: 'data_source',
   *   code: 'serving',
   *   connection: { host: 'serving.eu.example', port: 5432 },
   *   authentication: { user: 'writer', password },
   * });
   */
  setSettings(input: z.input<typeof SourceSettingsInput>): Promise<SourceSettingsView>;
  /**
   * Forgets what was entered for a source. Throws `AssetNotFound`, `SourceNotFound`.
   *
   * @example await gantry.publishing.clearSettings({ tenant: 'retail-eu', type: 'data_source', code: 'serving' });
   */
  clearSettings(ref: z.input<typeof AssetRef>): Promise<SourceSettingsView>;
  /**
   * Has a worker try whether a source can be reached, within seconds. Throws `AssetNotFound`,
   * `SourceNotFound`, `TemporalUnavailable`.
   *
   * @example
   * const { reached, reason } = await gantry.publishing.testSettings({
   *   tenant: 'retail-eu',
   *   type: 'data_source',
   *   code: 'serving',
   * });
   */
  testSettings(ref: z.input<typeof AssetRef>): Promise<SourceTest>;
}

const TenantRef = z.strictObject({ tenant: TenantCode });

/** The publishing part of the client. */
export function createPublishing(context: ClientContext): Publishing {
  const { settings } = context;
  const { encryptionKey } = settings;
  const show = (ref: AssetRef): Promise<SourceSettingsView> =>
    read(context, ref.tenant, (connection, tenantId) =>
      showSourceSettings(connection, { tenantId, ref, encryptionKey }),
    );
  return {
    overview: async (given) =>
      read(context, parseInput(TenantRef, given).tenant, readPublishOverview),
    async list(given) {
      const query = parseInput(PublishListQuery, given);
      return read(context, query.tenant, (connection, tenantId) =>
        listPublishObjects(connection, tenantId, query),
      );
    },
    async show(given) {
      const { tenant, type, project, code } = parseInput(AssetRef, given);
      const versions = await read(context, tenant, (connection, tenantId) =>
        readVersionsToCompare(connection, tenantId, { type, project: project ?? '', code }),
      );
      const { online, submitted } = versions;
      const isComparable = online !== null && submitted !== null;
      return { ...versions, patch: isComparable ? documentPatch(online, submitted) : [] };
    },
    async run(given) {
      const request = parseInput(PublishRequest, given);
      const { tenant, requestId } = request;
      return startPublishing(context, { tenant, selection: toSelection(request), requestId });
    },
    async retry(given) {
      const { tenant, publishing, requestId } = parseInput(PublishRetry, given);
      const selection = { kind: 'failed', publishing: publishing ?? null } as const;
      return startPublishing(context, { tenant, selection, requestId });
    },
    reparse: async (given) => reparse(context, parseInput(TenantRef, given).tenant),
    settings: async (given) => show(parseInput(AssetRef, given)),
    async setSettings(given) {
      const { connection, authentication, ...ref } = parseInput(SourceSettingsInput, given);
      await changeSettings(context, ref, { connection, authentication });
      return show(ref);
    },
    async clearSettings(given) {
      const ref = parseInput(AssetRef, given);
      await changeSettings(context, ref, undefined);
      return show(ref);
    },
    testSettings: async (given) => tryOnWorker(context, parseInput(AssetRef, given)),
  };
}

function toSelection({ objects, filter }: PublishRequest): PublishSelection {
  if (objects !== undefined) return { kind: 'objects', objects };
  return filter === undefined ? { kind: 'all' } : { kind: 'filter', filter };
}

async function read<T>(
  context: ClientContext,
  code: string,
  body: (connection: Connection, tenantId: number) => Promise<T>,
): Promise<T> {
  const caller = await context.caller();
  const { id } = await findTenant(context.database, code);
  const object = `tenant/${code}/publishing`;
  return guardedRead(
    context.database,
    { caller, tenantId: id, action: 'publish.read', object },
    (connection) => body(connection, id),
  );
}

async function reparse(context: ClientContext, code: string) {
  const caller = await context.caller();
  const { id } = await findTenant(context.database, code);
  return auditedChange(
    context.database,
    {
      ...{ caller, tenantId: id, action: 'release.publish', object: `tenant/${code}/publishing` },
      details: { reparse: true },
    },
    (trx) => reparsePublishable(trx, id),
  );
}

type Entered = Pick<SourceSettingsInput, 'connection' | 'authentication'>;

/** Sets what was entered, or forgets it; the audit log has which, never what. */
async function changeSettings(
  context: ClientContext,
  ref: AssetRef,
  entered: Entered | undefined,
): Promise<void> {
  const caller = await context.caller();
  const { id: tenantId } = await findTenant(context.database, ref.tenant);
  const { encryptionKey } = context.settings;
  const given = entered ?? {};
  const changed = Object.entries(given).flatMap(([name, value]) =>
    value === undefined ? [] : name,
  );
  const { type, project, code } = ref;
  await auditedChange(
    context.database,
    {
      ...{ caller, tenantId, action: 'publish.settings.edit' },
      object: `tenant/${ref.tenant}/source/${type}/${code}`,
      details: entered === undefined ? { project, cleared: true } : { project, entered: changed },
    },
    (trx) =>
      entered === undefined
        ? clearSourceSettings(trx, { tenantId, ref })
        : setSourceSettings(trx, { tenantId, ref, by: caller.name, encryptionKey, ...entered }),
  );
}
