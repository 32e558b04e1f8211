import type { Knex } from 'knex';
import type { FrozenScope } from '../../schemas/releases/frozen-scope';
import type { PackageRequirement } from '../../schemas/releases/manifest';
import type {
  MissingRequirement,
  ObjectReason,
  Page,
  PreviewObject,
} from '../../schemas/releases/preview';
import { categoryOf, isChain, type ReleaseScope } from '../../schemas/releases/scope';
import { linesPerRow } from './freeze-requirements';
import { fromCursor, toCursor } from './preview-cursor';

/** What a page of a frozen scope is read from. */
interface FrozenReading {
  readonly trx: Knex.Transaction;
  readonly tenant: { readonly id: number };
  readonly frozen: FrozenScope;
}

interface AskedPage {
  readonly limit: number;
  readonly cursor: string | undefined;
}

interface PinnedRow {
  readonly number: number;
  readonly place: number;
  /** Null where the scope continues no package. */
  readonly is_new: boolean | null;
  readonly type: string;
  readonly project: string | null;
  readonly code: string;
  readonly name: string;
  readonly changed_at: string;
}

/** The pinned objects of a frozen scope, in the order of the package, as they were when it was frozen. */
export async function frozenObjectsPage(
  { trx, frozen }: FrozenReading,
  page: AskedPage,
): Promise<Page<PreviewObject>> {
  const [number, place] = fromCursor(page.cursor, 2) ?? [0, 0];
  const { rows } = await trx.raw<{ rows: PinnedRow[] }>(
    `select p.number, p.place, p.is_new, c.body::json ->> 'type' as type, c.body::json ->> 'project' as project,
       c.body::json ->> 'code' as code, c.body::json ->> 'name' as name, c.body::json ->> 'changedAt' as changed_at
     from (
       select s.number, u.place, u.id, u.place = any(s.new_places) as is_new from frozen_shards s
       cross join lateral unnest(s.content_ids) with ordinality as u (id, place)
       where s.run_id = :runId and s.kind = 'objects' and s.number >= :number
         and (s.number > :number or u.place > :place)
       order by s.number, u.place limit :limitRows
     ) p join contents c on c.id = p.id order by p.number, p.place`,
    { runId: frozen.runId, number, place, limitRows: page.limit + 1 },
  );
  const shown = rows.slice(0, page.limit);
  const last = shown.at(-1);
  return {
    items: shown.map((row) => ({
      type: row.type,
      category: categoryOf(row.type),
      project: row.project,
      code: row.code,
      name: row.name,
      changedAt: new Date(row.changed_at),
      reason: reasonOf(row, frozen.details.scope),
    })),
    next:
      rows.length > page.limit && last !== undefined ? toCursor([last.number, last.place]) : null,
  };
}

function reasonOf(row: PinnedRow, scope: ReleaseScope): ObjectReason {
  if (isChain(scope)) {
    return { kind: row.is_new === true ? 'new since base' : 'changed since base' };
  }
  switch (scope.method) {
    case 'full':
      return { kind: 'full' };
    case 'incremental':
      return { kind: 'changed in range', changedAt: new Date(row.changed_at) };
    case 'objects': {
      const listed = scope.objects.some(
        (one) => one.type === row.type && one.project === row.project && one.code === row.code,
      );
      return listed ? { kind: 'listed' } : { kind: 'dependency', of: null };
    }
  }
}

/** The pinned requirements of a frozen scope; whether the tenant lacks them too is told as of now. */
export async function frozenRequirementsPage(
  { trx, tenant, frozen }: FrozenReading,
  page: AskedPage,
): Promise<Page<MissingRequirement>> {
  const [after] = fromCursor(page.cursor, 1) ?? [0];
  const { rows } = await trx.raw<{ rows: { position: number; line: string; dangling: boolean }[] }>(
    `select p.position, p.line, not exists (
         select from assets t where t.tenant_id = :tenantId and t.deleted_at is null
           and t.project = coalesce(p.line::json ->> 'project', '') and t.code = p.line::json ->> 'code'
           and (p.line::json ->> 'type' is null or t.type = p.line::json ->> 'type')
       ) as dangling
     from (
       select (r.number - 1) * :linesPerRow::bigint + l.place as position, l.line from frozen_requirements r
       cross join lateral regexp_split_to_table(r.body, e'\\n') with ordinality as l (line, place)
       where r.run_id = :runId and r.number > :after::bigint / :linesPerRow::bigint
         and (r.number - 1) * :linesPerRow::bigint + l.place > :after
       order by position limit :limitRows
     ) p order by p.position`,
    {
      tenantId: tenant.id,
      runId: frozen.runId,
      after,
      linesPerRow,
      limitRows: page.limit + 1,
    } as Record<string, Knex.Value>,
  );
  const shown = rows.slice(0, page.limit);
  const last = shown.at(-1);
  return {
    items: shown.map(({ line, dangling }) => ({
      ...(JSON.parse(line) as PackageRequirement),
      status: dangling ? 'missing here too' : 'not in this package',
    })),
    next: rows.length > page.limit && last !== undefined ? toCursor([last.position]) : null,
  };
}
