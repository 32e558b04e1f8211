import type { Knex } from 'knex';
import { assetTypesOf } from '../../schemas/catalog/asset-types';
import type { PublishFilter, PublishSelection } from '../../schemas/publishing/publish-request';
import type { Finding } from '../../schemas/runs/finding';
import { describeIdentity, toPublishFinding, type PublishFindingCode } from './publish-findings';
import { lacksSettings } from './reparse-publishable';
import { sourceTypes } from './source-types';

/** Findings in a result; histories hold references only. */
const toldAtMost = 100;

interface Choice {
  readonly tenantId: number;
  readonly runId: string;
  readonly selection: PublishSelection;
}

/**
 * Fills the temporary table `chosen` with what a run is to publish, with pinned versions. Objects
 * whose home is neither online nor chosen, and sources that lack settings, are left out and counted
 * (REL-37, REL-45); where they were named one by one, each is a finding of severity `error` instead.
 */
export async function chooseObjects(
  trx: Knex.Transaction,
  choice: Choice,
): Promise<{ readonly notPublishable: number; readonly findings: Finding[] }> {
  const { where, values } = conditionOf(choice.selection);
  const bound = { ...values, tenantId: choice.tenantId } as Record<string, Knex.Value>;
  await trx.raw(
    `create temporary table chosen on commit drop as
     select o.asset_id, o.change_type, o.import_id, a.version, a.content_id, a.type, a.project,
       a.code, a.segment, null::text as obstacle
     from publish_objects o join assets a on a.id = o.asset_id
     where o.tenant_id = :tenantId and ${where}
     order by o.asset_id for no key update of o`,
    bound,
  );
  await trx.raw('create unique index on chosen (asset_id); analyze chosen');
  await markObstacles(trx, choice.tenantId);
  const named = choice.selection.kind === 'objects' ? choice.selection.objects : undefined;
  const findings = named === undefined ? [] : await judgeNamed(trx, choice.tenantId, named);
  const { rowCount } = await trx.raw<{ rowCount: number }>(
    'delete from chosen where obstacle is not null',
  );
  return { notPublishable: named === undefined ? rowCount : 0, findings };
}

/** What of the list is meant, as a condition on `publish_objects o` and `assets a`. */
function conditionOf(selection: PublishSelection): { where: string; values: object } {
  const fresh = "o.status = 'to be published'";
  if (selection.kind === 'all') return { where: fresh, values: {} };
  if (selection.kind === 'filter') {
    const { where, values } = filterCondition(selection.filter);
    return { where: `${fresh} and ${where}`, values };
  }
  if (selection.kind === 'failed') {
    const { publishing } = selection;
    const where = `o.status = 'failed' and (:publishing::text is null
      or starts_with(o.run_id, 'publish/' || :publishing || '/'))`;
    return { where, values: { publishing } };
  }
  const where = `o.status in ('to be published', 'failed') and (a.type, a.project, a.code) in (
    select * from unnest(:types::text[], :projects::text[], :codes::text[]))`;
  return { where, values: toColumns(selection.objects) };
}

/** The filter of the list as a condition on `assets a` and `publish_objects o`. */
export function filterCondition(filter: PublishFilter): { where: string; values: object } {
  const { types, categories, changeTypes, names } = filter;
  const parts = ['true'];
  if (types !== undefined) parts.push('a.type = any(:types)');
  if (categories !== undefined) parts.push('a.type = any(:categoryTypes)');
  if (changeTypes !== undefined) parts.push('o.change_type = any(:changeTypes)');
  if (names !== undefined) parts.push('(a.name = any(:names) or a.code = any(:names))');
  const categoryTypes = categories?.flatMap((category) => assetTypesOf(category)) ?? [];
  return {
    where: parts.join(' and '),
    values: {
      types: types ?? [],
      categoryTypes,
      changeTypes: changeTypes ?? [],
      names: names ?? [],
    },
  };
}

async function markObstacles(trx: Knex.Transaction, tenantId: number): Promise<void> {
  await markHomeless(trx, { tenantId, type: 'project', member: 'project' });
  await markHomeless(trx, { tenantId, type: 'data_segment', member: 'segment' });
  await trx.raw(
    `update chosen set obstacle = 'SourceSettingsMissing' from source_settings s
     where obstacle is null and change_type <> 'deleted' and type = any(:sourceTypes)
       and s.asset_id = chosen.asset_id and s.version = chosen.version and ${lacksSettings}`,
    { sourceTypes } as unknown as Record<string, Knex.Value>,
  );
}

/** What lives in a project or segment that is neither online nor chosen cannot be published. */
async function markHomeless(
  trx: Knex.Transaction,
  {
    tenantId,
    type,
    member,
  }: {
    readonly tenantId: number;
    readonly type: 'project' | 'data_segment';
    readonly member: 'project' | 'segment';
  },
): Promise<void> {
  const obstacle: PublishFindingCode =
    type === 'project' ? 'ProjectNotPublished' : 'SegmentNotPublished';
  await trx.raw(
    `with home as materialized (
       select h.code from assets h join online_assets online on online.asset_id = h.id
       where h.tenant_id = :tenantId and h.type = :type
       union select code from chosen where type = :type and change_type <> 'deleted'
     )
     update chosen set obstacle = :obstacle
     where obstacle is null and change_type <> 'deleted' and ${member} <> ''
       and ${member} not in (select code from home)`,
    { tenantId, type, obstacle },
  );
}

interface JudgedRow {
  readonly type: string;
  readonly project: string;
  readonly code: string;
  readonly status: string | null;
  readonly obstacle: PublishFindingCode | null;
  readonly is_chosen: boolean;
}

async function judgeNamed(
  trx: Knex.Transaction,
  tenantId: number,
  objects: readonly { type: string; project: string | null; code: string }[],
): Promise<Finding[]> {
  const { rows } = await trx.raw<{ rows: JudgedRow[] }>(
    `select n.type, n.project, n.code, o.status, c.obstacle, c.asset_id is not null as is_chosen
     from unnest(:types::text[], :projects::text[], :codes::text[]) as n (type, project, code)
     left join assets a on a.tenant_id = :tenantId
       and (a.type, a.project, a.code) = (n.type, n.project, n.code)
     left join publish_objects o on o.asset_id = a.id
     left join chosen c on c.asset_id = a.id
     where c.asset_id is null or c.obstacle is not null
     order by n.type, n.project, n.code limit :toldAtMost`,
    { tenantId, toldAtMost, ...toColumns(objects) } as Record<string, Knex.Value>,
  );
  return rows.map(toFinding);
}

function toFinding(row: JudgedRow): Finding {
  const what = describeIdentity(row);
  if (row.is_chosen && row.obstacle !== null)
    return toPublishFinding(row.obstacle, row, `${what} cannot be published as things stand`);
  if (row.status === 'publishing')
    return toPublishFinding(
      'ObjectBeingPublished',
      row,
      `${what} is being published by another run`,
    );
  const why = row.status === null ? 'is not on the list' : `is listed as ${row.status}`;
  return toPublishFinding('ObjectNotListed', row, `${what} ${why}`);
}

function toColumns(objects: readonly { type: string; project: string | null; code: string }[]) {
  return {
    types: objects.map(({ type }) => type),
    projects: objects.map(({ project }) => project ?? ''),
    codes: objects.map(({ code }) => code),
  };
}
