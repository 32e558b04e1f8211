import type { Finding } from '../../schemas/runs/finding';
import type { Connection } from '../database/connect';

/** What was found in the shards of a package, errors first, up to `limit`; all stay with their shards. */
export async function listIndexFindings(
  connection: Connection,
  indexId: number,
  limit = 100,
): Promise<Finding[]> {
  const { rows } = await connection.raw<{ rows: { finding: Finding }[] }>(
    `select finding from package_shards
     cross join lateral jsonb_array_elements(findings) with ordinality as found (finding, place)
     where index_id = ?
     order by finding->>'severity' <> 'error', number, place limit ?`,
    [indexId, limit],
  );
  return rows.map((row) => row.finding);
}
