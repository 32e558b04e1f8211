import type { Knex } from 'knex';

const rowsInPage = 100_000;

/**
 * Writes down what of the temporary table `chosen` needs what (REL-37): an object what its pinned
 * version refers to, and its project and segment; a deletion whatever referred to it online. What a
 * project or segment says of things that live in it is left out, since it goes first.
 */
export async function writeEdges(trx: Knex.Transaction, runId: string): Promise<void> {
  await trx.raw(
    `insert into publish_run_edges (run_id, number, needs)
     select :runId, number, needs from (${references} union ${homes} union ${departures}) e
     where number <> needs`,
    { runId },
  );
}

/** Those that are put online, and what they refer to, where that is put online too. */
const references = `
  select o.number, t.number as needs
  from chosen o
  join content_references r on r.content_id = o.content_id
  join chosen t on t.code = r.target_code and t.project = r.target_project
    and (r.target_type is null or r.target_type = t.type)
  where o.change_type <> 'deleted' and t.change_type <> 'deleted'
    and (o.type <> 'project' or t.project <> o.code)
    and (o.type <> 'data_segment' or t.segment is distinct from o.code)`;

const homes = `
  select o.number, home.number
  from chosen o
  join chosen home on home.type = 'project' and home.code = o.project
  where o.change_type <> 'deleted' and home.change_type <> 'deleted'
  union
  select o.number, home.number
  from chosen o
  join chosen home on home.type = 'data_segment' and home.code = o.segment
  where o.change_type <> 'deleted' and home.change_type <> 'deleted'`;

/** What is taken offline goes after all of the run that refers to it or lives in it. */
const departures = `
  select gone.number, o.number
  from chosen o
  join online_assets online on online.asset_id = o.asset_id
  join content_references r on r.content_id = online.content_id
  join chosen gone on gone.code = r.target_code and gone.project = r.target_project
    and (r.target_type is null or r.target_type = gone.type)
  where gone.change_type = 'deleted'
    and (o.type <> 'project' or gone.project <> o.code)
    and (o.type <> 'data_segment' or gone.segment is distinct from o.code)
  union
  select gone.number, o.number
  from chosen o
  join online_assets online on online.asset_id = o.asset_id
  join chosen gone on gone.change_type = 'deleted' and gone.type = 'project'
    and gone.code = o.project
  union
  select gone.number, o.number
  from chosen o
  join online_assets online on online.asset_id = o.asset_id
  join chosen gone on gone.change_type = 'deleted' and gone.type = 'data_segment'
    and gone.code = o.segment`;

/** How many references the run has among its objects. */
export async function countReferences(trx: Knex.Transaction, runId: string): Promise<number> {
  const row = await trx('publish_run_edges')
    .where({ run_id: runId })
    .count<{ count: number }[]>({ count: '*' })
    .first();
  return row?.count ?? 0;
}

/** The references of a run as numbers, page by page: eight bytes each in memory. */
export async function readEdges(
  trx: Knex.Transaction,
  runId: string,
  { count, beat }: { readonly count: number; readonly beat: () => void },
): Promise<{ readonly from: Int32Array; readonly to: Int32Array }> {
  const from = new Int32Array(count);
  const to = new Int32Array(count);
  let after = { number: -1, needs: -1 };
  for (let filled = 0; filled < count;) {
    beat();
    const { rows } = await trx.raw<{ rows: { number: number; needs: number }[] }>(
      `select number, needs from publish_run_edges
       where run_id = :runId and (number, needs) > (:number, :needs)
       order by number, needs limit :rowsInPage`,
      { runId, rowsInPage, ...after },
    );
    for (const row of rows) {
      from[filled] = row.number;
      to[filled] = row.needs;
      filled += 1;
    }
    const last = rows.at(-1);
    if (last === undefined) break;
    after = last;
  }
  return { from, to };
}
