import type { Knex } from 'knex';
import type { DocumentFault } from '../../schemas/catalog/document-fault';

interface DuplicateRow {
  readonly line: number;
  readonly first_line: number;
  readonly type: string;
  readonly project: string;
  readonly code: string;
  readonly is_document: boolean;
}

const pageSize = 10_000;

/** Takes the lines whose asset an earlier line has out of the stage, and tells each as a fault. */
export async function removeDuplicates(
  trx: Knex.Transaction,
  report: (fault: DocumentFault, isDocument: boolean) => void,
): Promise<void> {
  await trx.raw(`
    create temporary table catalog_duplicates on commit drop as
    select line, first_line, type, project, code, digest is not null as is_document
    from (
      select type, project, code, min(line) as first_line
      from catalog_stage group by type, project, code having count(*) > 1
    ) twice
    join catalog_stage using (type, project, code)
    where line > first_line`);
  let after = 0;
  for (;;) {
    const { rows } = await trx.raw<{ rows: DuplicateRow[] }>(
      'select * from catalog_duplicates where line > ? order by line limit ?',
      [after, pageSize],
    );
    for (const row of rows) report(toFault(row), row.is_document);
    if (rows.length < pageSize) break;
    after = rows.at(-1)?.line ?? after;
  }
  if (after > 0 || (await countDuplicates(trx)) > 0) {
    await trx.raw('delete from catalog_stage where line in (select line from catalog_duplicates)');
  }
}

async function countDuplicates(trx: Knex.Transaction): Promise<number> {
  const { rows } = await trx.raw<{
    rows: { count: number }[];
  }>('select count(*) as count from catalog_duplicates');
  return rows[0]?.count ?? 0;
}

function toFault({ line, first_line, type, project, code }: DuplicateRow): DocumentFault {
  return {
    line,
    code: 'AssetTwice',
    reason: `the asset stands on line ${first_line} already`,
    object: { type, project: project === '' ? null : project, code },
  };
}
