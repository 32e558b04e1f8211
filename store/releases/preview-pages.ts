import type { Knex } from 'knex';
import type {
  LeftOutObject,
  MissingRequirement,
  ObjectReason,
  Page,
  PreviewObject,
} from '../../schemas/releases/preview';
import { categoryOf, isChain, type ReleaseScope } from '../../schemas/releases/scope';
import type { Database } from '../database/connect';
import type { Caller } from '../people/authenticate';
import { collectRequirements } from './missing-references';
import { fromCursor, toCursor } from './preview-cursor';
import { frozenObjectsPage, frozenRequirementsPage } from './preview-frozen';
import { readPreview, type Previewing } from './preview-reading';
import { changedWithin, leftOutCondition } from './scope-query';
import type { ReleaseKey } from './update-draft';

/** Which page of a release's preview: at most `limit` items after `cursor`. */
export interface PreviewPage extends ReleaseKey {
  readonly limit: number;
  readonly cursor: string | undefined;
}

/** The objects in scope, sorted by identity, each with the reason why it is in (REL-9). */
export function previewObjects(
  database: Database,
  caller: Caller,
  page: PreviewPage,
): Promise<Page<PreviewObject>> {
  return readPreview(database, caller, {
    key: page,
    read: (previewing) =>
      previewing.frozen === undefined
        ? liveObjectsPage(previewing, page)
        : frozenObjectsPage({ ...previewing, frozen: previewing.frozen }, page),
  });
}

/** The objects that changed inside the range but whose last change lies outside (REL-9, REL-11). */
export function previewLeftOut(
  database: Database,
  caller: Caller,
  page: PreviewPage,
): Promise<Page<LeftOutObject>> {
  return readPreview(database, caller, { key: page, read: (given) => leftOutPage(given, page) });
}

/** What the selection refers to and lacks, sorted by identity (REL-44). */
export function previewRequirements(
  database: Database,
  caller: Caller,
  page: PreviewPage,
): Promise<Page<MissingRequirement>> {
  return readPreview(database, caller, {
    key: page,
    read: (previewing) =>
      previewing.frozen === undefined
        ? liveRequirementsPage(previewing, page)
        : frozenRequirementsPage({ ...previewing, frozen: previewing.frozen }, page),
  });
}

interface ObjectRow {
  readonly type: string;
  readonly project: string;
  readonly code: string;
  readonly name: string;
  readonly changed_at: Date;
  readonly change?: string;
  readonly listed?: boolean;
  readonly via_type?: string | null;
  readonly via_project?: string | null;
  readonly via_code?: string | null;
}

async function liveObjectsPage(given: Previewing, page: PreviewPage): Promise<Page<PreviewObject>> {
  const { condition, scope } = given;
  const [columns, joins] = reasonQuery(scope);
  const rows = await pageOf<ObjectRow>(given, page, {
    sql: `select a.type, a.project, a.code, a.name, a.changed_at ${columns} from assets a ${joins}
      where ${condition.sql}`,
    key: ['a.type', 'a.project', 'a.code'],
    values: condition.values,
  });
  return toPage(rows, page, {
    keyOf: identityOf,
    item: (row) => ({
      type: row.type,
      category: categoryOf(row.type),
      project: row.project === '' ? null : row.project,
      code: row.code,
      name: row.name,
      changedAt: row.changed_at,
      reason: reasonOf(row, scope),
    }),
  });
}

/** Where a scope keeps why an object is in: further columns and the tables they come from. */
function reasonQuery(scope: ReleaseScope): readonly [columns: string, joins: string] {
  if (isChain(scope)) {
    return [', d.change', 'join scope_difference d on d.asset_id = a.id'];
  }
  if (scope.method !== 'objects') return ['', ''];
  return [
    ', o.via is null as listed, v.type as via_type, v.project as via_project, v.code as via_code',
    'join scope_objects o on o.asset_id = a.id left join assets v on v.id = o.via',
  ];
}

function reasonOf(row: ObjectRow, scope: ReleaseScope): ObjectReason {
  if (isChain(scope)) {
    return { kind: row.change === 'new' ? 'new since base' : 'changed since base' };
  }
  if (scope.method === 'full') return { kind: 'full' };
  if (scope.method === 'incremental') {
    return { kind: 'changed in range', changedAt: row.changed_at };
  }
  if (row.listed === true) return { kind: 'listed' };
  const { via_type: type, via_project: project, via_code: code } = row;
  const known = typeof type === 'string' && typeof code === 'string';
  return {
    kind: 'dependency',
    of: known ? { type, project: project === '' ? null : (project ?? null), code } : null,
  };
}

async function leftOutPage(given: Previewing, page: PreviewPage): Promise<Page<LeftOutObject>> {
  const { tenant, scope } = given;
  const place = { id: tenant.id, timeZone: tenant.time_zone };
  const leftOut = leftOutCondition(place, scope);
  if (leftOut === undefined || isChain(scope) || scope.method !== 'incremental')
    return { items: [], next: null };
  const inside = changedWithin(place, scope.changed);
  const rows = await pageOf<ObjectRow & { readonly changed_inside: Date }>(given, page, {
    sql: `select a.type, a.project, a.code, a.name, a.changed_at, (
        select max(v.changed_at) from assets w join asset_versions v on v.asset_id = w.id
        where w.id = a.id and v.content_id is not null and ${inside.sql.replaceAll('a.changed_at', 'v.changed_at')}
      ) as changed_inside from assets a where ${leftOut.sql}`,
    key: ['a.type', 'a.project', 'a.code'],
    values: { ...leftOut.values, ...inside.values },
  });
  return toPage(rows, page, {
    keyOf: identityOf,
    item: (row) => ({
      type: row.type,
      project: row.project === '' ? null : row.project,
      code: row.code,
      name: row.name,
      changedInside: row.changed_inside,
      lastChange: row.changed_at,
    }),
  });
}

interface RequirementRow {
  readonly type: string | null;
  readonly project: string;
  readonly code: string;
  readonly roles: string[];
  readonly reference_count: number;
  readonly example: [string, string, string];
  readonly dangling: boolean;
}

async function liveRequirementsPage(
  given: Previewing,
  page: PreviewPage,
): Promise<Page<MissingRequirement>> {
  await collectRequirements(given.trx, given.tenant.id, given.condition);
  const rows = await pageOf<RequirementRow>(given, page, {
    sql: `select * from scope_requirements q where true`,
    key: [`coalesce(q.type, '')`, 'q.project', 'q.code'],
    values: {},
  });
  return toPage(rows, page, {
    keyOf: (row) => [row.type ?? '', row.project, row.code],
    item: ({ example: [type, project, code], ...row }) => ({
      type: row.type,
      project: row.project === '' ? null : row.project,
      code: row.code,
      roles: row.roles,
      referenceCount: row.reference_count,
      example: { type, project: project === '' ? null : project, code },
      status: row.dangling ? 'missing here too' : 'not in this package',
    }),
  });
}

interface KeysetQuery {
  readonly sql: string;
  readonly key: readonly [string, string, string];
  readonly values: Readonly<Record<string, unknown>>;
}

/** One row more than the page has, so that the last page is known to be the last. */
async function pageOf<T>(given: Previewing, page: PreviewPage, query: KeysetQuery): Promise<T[]> {
  const after = fromCursor(page.cursor, query.key.length);
  const order = query.key.join(', ');
  const where =
    after === undefined ? '' : `and (${order}) > (:afterType, :afterProject, :afterCode)`;
  const { rows } = await given.trx.raw<{ rows: T[] }>(
    `${query.sql} ${where} order by ${order} limit :limitRows`,
    {
      ...query.values,
      ...(after === undefined
        ? {}
        : { afterType: after[0], afterProject: after[1], afterCode: after[2] }),
      limitRows: page.limit + 1,
    } as Record<string, Knex.Value>,
  );
  return rows;
}

function toPage<R, T>(
  rows: readonly R[],
  page: PreviewPage,
  shape: { readonly keyOf: (row: R) => string[]; readonly item: (row: R) => T },
): Page<T> {
  const shown = rows.slice(0, page.limit);
  const last = shown.at(-1);
  return {
    items: shown.map(shape.item),
    next: rows.length > page.limit && last !== undefined ? toCursor(shape.keyOf(last)) : null,
  };
}

function identityOf(row: ObjectRow): string[] {
  return [row.type, row.project, row.code];
}
