import { createBulkActivities } from '../../../activities';
import type { ObjectStore } from '../../../activities/ports/object-store';
import type { PublishingPorts } from '../../../activities/ports/publishing-ports';
import type { PublishCounts } from '../../../schemas/publishing/activities';
import type { PublishSelection } from '../../../schemas/publishing/publish-request';
import type { Finding } from '../../../schemas/runs/finding';
import type { RunOutcome } from '../../../schemas/workflows';
import type { Caller } from '../../../store/people/authenticate';
import { orderPublishing } from '../../../store/publishing/order-publishing';
import { recordPublishing } from '../../../store/publishing/record-publishing';
import { reparsePublishable } from '../../../store/publishing/reparse-publishable';
import { reportPublishing } from '../../../store/publishing/report-publishing';
import { finishRun } from '../../../store/runs/finish-run';
import { runActivity } from '../../support/run-activity';
import { createCatalogWorld, encryptionKey, type CatalogWorld } from '../catalog/catalog-world';

/** What a publish run came to. */
export interface PublishedRun {
  readonly runId: string;
  readonly publishing: string;
  readonly counts: PublishCounts;
  readonly notPublishable: number;
  /** Of the selection; where there are errors nothing was published. */
  readonly findings: readonly Finding[];
  readonly failures: readonly Finding[];
}

export interface PublishWorld extends CatalogWorld {
  /** A tenant with a release user. */
  addTarget(code: string, settings?: Readonly<Record<string, unknown>>): Promise<number>;
  readonly user: Caller;
  /** Lists all of a tenant's assets as an import of everything would. */
  listAll(tenantId: number): Promise<void>;
  /** Records a run and orders what it publishes. */
  begin(
    tenantId: number,
    selection?: PublishSelection,
  ): Promise<{
    readonly runId: string;
    readonly publishing: string;
    readonly ordered: Awaited<ReturnType<typeof orderPublishing>>;
  }>;
  publishShard(runId: string, shard: number): Promise<void>;
  end(runId: string, outcome?: RunOutcome): Promise<void>;
  /** Orders, publishes shard after shard, reports and closes. */
  publish(tenantId: number, selection?: PublishSelection): Promise<PublishedRun>;
  /** The status of each object on the list, with the code of its first finding, by code. */
  statuses(tenantId: number): Promise<Record<string, string>>;
  onlineCodes(tenantId: number): Promise<string[]>;
}

export async function createPublishWorld(ports?: PublishingPorts): Promise<PublishWorld> {
  const world = await createCatalogWorld();
  const { database } = world;
  const bulk = createBulkActivities({
    ...{ database, encryptionKey, objectStore: {} as ObjectStore },
    ...(ports === undefined ? {} : { publishing: ports }),
  });
  let user: Caller | undefined;
  let requests = 0;
  const everything: PublishSelection = { kind: 'all' };

  const begin: PublishWorld['begin'] = async (tenantId, selection = everything) => {
    const requestKey = `test/${String(++requests)}`;
    const caller = user as Caller;
    const { runId, publishing } = await database.transaction((trx) =>
      recordPublishing(trx, { tenantId, caller, selection, requestKey }),
    );
    return {
      runId,
      publishing,
      ordered: await orderPublishing(database, { runId }, () => undefined),
    };
  };
  const publishShard: PublishWorld['publishShard'] = async (runId, shard) => {
    await runActivity(() => bulk.publishShard({ runId, shard }));
  };
  const end: PublishWorld['end'] = async (runId, outcome = 'succeeded') => {
    const report = { outcome, findings: [], result: {}, steps: [], undoFailures: [] };
    await database.transaction((trx) => finishRun(trx, runId, report));
  };
  return {
    ...world,
    begin,
    publishShard,
    end,
    get user() {
      return user as Caller;
    },
    async addTarget(code, settings = {}) {
      const id = await world.addTenant(code);
      user ??= await world.addPerson('rosa', id, 'cross-tenant-release-user');
      const grant = { person_id: user.personId, tenant_id: id, role: 'cross-tenant-release-user' };
      await database('role_grants').insert(grant).onConflict().ignore();
      await database('release_settings').insert({ tenant_id: id, updated_by: 'test', ...settings });
      return id;
    },
    async listAll(tenantId) {
      await database.raw(
        `insert into publish_objects (asset_id, tenant_id, change_type, import_id)
         select a.id, a.tenant_id, case when a.deleted_at is not null then 'deleted'
           when online.asset_id is null then 'new' else 'changed' end, 'imp_' || a.version
         from assets a left join online_assets online on online.asset_id = a.id
         where a.tenant_id = ? and case when a.deleted_at is not null then online.asset_id is not null
           else online.digest is distinct from a.digest end
         on conflict (asset_id) do update set change_type = excluded.change_type,
           import_id = excluded.import_id, status = 'to be published', findings = '[]'
         where publish_objects.import_id <> excluded.import_id`,
        [tenantId],
      );
      await database.transaction((trx) => reparsePublishable(trx, tenantId));
    },
    async publish(tenantId, selection = everything) {
      const { runId, publishing, ordered } = await begin(tenantId, selection);
      const shards = ordered.stages.reduce((sum, count) => sum + count, 0);
      for (let shard = 1; shard <= shards; shard++) await publishShard(runId, shard);
      const report = await reportPublishing(database, { runId });
      await end(runId);
      const { findings, notPublishable } = ordered;
      return {
        ...{ runId, publishing, findings, notPublishable, counts: report.counts },
        failures: report.findings,
      };
    },
    async statuses(tenantId) {
      const rows = await database('publish_objects as o')
        .join('assets as a', 'a.id', 'o.asset_id')
        .where('o.tenant_id', tenantId)
        .orderBy(['a.type', 'a.code'])
        .select<{ code: string; status: string; findings: Finding[] }[]>(
          ...['a.code', 'o.status', 'o.findings'],
        );
      return Object.fromEntries(
        rows.map(({ code, status, findings }) => [
          code,
          findings[0] === undefined ? status : `${status}: ${findings[0].code}`,
        ]),
      );
    },
    async onlineCodes(tenantId) {
      const rows = await database('online_assets as online')
        .join('assets as a', 'a.id', 'online.asset_id')
        .where('online.tenant_id', tenantId)
        .orderBy(['a.code'])
        .select<{ code: string }[]>('a.code');
      return rows.map(({ code }) => code);
    },
  };
}

/** A reference of a document. */
export function refers(type: string | null, code: string, project: string | null = 'orders') {
  return { role: 'input', type, project, code };
}
