import type { Finding } from '../../schemas/runs/finding';
import type { Connection } from '../database/connect';

interface FindingRow {
  readonly finding: Finding;
  readonly place: number;
  readonly total: number;
}

const shownAtMost = 90;

/**
 * What was found in the shards of a package, up to about 100: errors first, of those the ones that
 * cannot be overridden, and of every code some. Where errors of a code are left out, one more of that
 * code says how many, so that nobody lets pass what is not shown. All stay with their shards.
 */
export async function listIndexFindings(
  connection: Connection,
  indexId: number,
): Promise<Finding[]> {
  const { rows } = await connection.raw<{ rows: FindingRow[] }>(
    `select finding, place::integer, total::integer from (
       select finding, row_number() over by_code as place,
         count(*) over (partition by finding->>'code') as total
       from package_shards
       cross join lateral jsonb_array_elements(findings) with ordinality as found (finding, ordinal)
       where index_id = :indexId
       window by_code as (partition by finding->>'code' order by number, ordinal)
     ) numbered
     order by finding->>'severity' <> 'error', (finding->>'overridable')::boolean, place,
       finding->>'code'
     limit :shownAtMost`,
    { indexId, shownAtMost },
  );
  return [...rows.map((row) => row.finding), ...summariseRest(rows)];
}

function summariseRest(rows: readonly FindingRow[]): Finding[] {
  const last = new Map<string, FindingRow>();
  for (const row of rows) last.set(row.finding.code, row);
  return [...last.values()].flatMap(({ finding, place, total }) => {
    if (place === total || finding.severity !== 'error') return [];
    const { code, severity, fix, overridable } = finding;
    return [{ code, severity, reason: `${total - place} more of these`, fix, overridable }];
  });
}
