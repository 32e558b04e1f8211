import type { Knex } from 'knex';
import type { DeletedObject, Page } from '../../schemas/releases/preview';
import { isChain } from '../../schemas/releases/scope';
import type { Database } from '../database/connect';
import type { Caller } from '../people/authenticate';
import { linesPerRow } from './freeze-requirements';
import { fromCursor, toCursor } from './preview-cursor';
import type { PreviewPage } from './preview-pages';
import { readPreview, type Previewing } from './preview-reading';

/** What the base carries and is deleted since, sorted by identity (REL-16); nothing where there is no base. */
export function previewDeletions(
  database: Database,
  caller: Caller,
  page: PreviewPage,
): Promise<Page<DeletedObject>> {
  return readPreview(database, caller, {
    key: page,
    read: (given) => (given.frozen === undefined ? livePage(given, page) : frozenPage(given, page)),
  });
}

interface DeletionRow {
  readonly type: string;
  readonly project: string;
  readonly code: string;
  readonly changed_at: string;
  readonly changed_by: string | null;
}

async function livePage(given: Previewing, page: PreviewPage): Promise<Page<DeletedObject>> {
  if (!isChain(given.scope)) return { items: [], next: null };
  const after = fromCursor(page.cursor, 3) ?? ['', '', ''];
  const { rows } = await given.trx.raw<{ rows: DeletionRow[] }>(
    `select a.type, a.project, a.code, a.changed_by,
       to_char(a.changed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as changed_at
     from scope_difference d join assets a on a.id = d.asset_id
     where d.change = 'deleted' and (a.type, a.project, a.code) > (:type, :project, :code)
     order by a.type, a.project, a.code limit :limitRows`,
    {
      ...{ type: after[0], project: after[1], code: after[2] },
      limitRows: page.limit + 1,
    } as Record<string, Knex.Value>,
  );
  const last = rows[page.limit - 1];
  const isMore = rows.length > page.limit && last !== undefined;
  return {
    items: rows.slice(0, page.limit).map((row) => ({
      ...{ type: row.type, project: row.project === '' ? null : row.project, code: row.code },
      ...{ changedAt: row.changed_at, changedBy: row.changed_by },
    })),
    next: isMore ? toCursor([last.type, last.project, last.code]) : null,
  };
}

async function frozenPage(given: Previewing, page: PreviewPage): Promise<Page<DeletedObject>> {
  const [after] = fromCursor(page.cursor, 1) ?? [0];
  const { rows } = await given.trx.raw<{ rows: { position: number; line: string }[] }>(
    `select (r.number - 1) * :linesPerRow::bigint + l.place as position, l.line from frozen_deletions r
     cross join lateral regexp_split_to_table(r.body, e'\\n') with ordinality as l (line, place)
     where r.run_id = :runId and (r.number - 1) * :linesPerRow::bigint + l.place > :after
     order by position limit :limitRows`,
    {
      ...{ runId: given.frozen?.runId ?? '', linesPerRow, after },
      limitRows: page.limit + 1,
    } as Record<string, Knex.Value>,
  );
  const last = rows[page.limit - 1];
  return {
    items: rows.slice(0, page.limit).map(({ line }) => {
      const { type, project, code, changedAt, changedBy } = JSON.parse(line) as DeletedObject;
      return { type, project, code, changedAt, changedBy };
    }),
    next: rows.length > page.limit && last !== undefined ? toCursor([last.position]) : null,
  };
}
