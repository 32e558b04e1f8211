import type { Knex } from 'knex';

/** A line of a shard that is read again. */
export interface WantedLine {
  /** Counted over all entries of the shard. */
  readonly line: number;
  /** Of the content it is. */
  readonly digest: Buffer;
  /** The content is not the line as it stands, or has to be parsed to tell. */
  readonly reread: boolean;
  /** Where its list of references stands in it; null where it is empty. */
  readonly references_at: number | null;
  readonly references_bytes: number | null;
}

/** The columns of `WantedLine`, of package objects called `o`. */
export const wantedColumns = 'o.line, o.digest, o.reread, o.references_at, o.references_bytes';

/** SQL, true where a tenant has the very object `o` of a package. */
export const isThere = `exists (
  select from assets a
  where a.tenant_id = :tenantId and (a.type, a.project, a.code) = (o.type, o.project, o.code)
    and a.digest = o.digest and a.deleted_at is null)`;

/** A shard is small beside the tables it is compared with, whatever the planner of PostgreSQL believes. */
export async function lookUpOneByOne(trx: Knex.Transaction): Promise<void> {
  await trx.raw('set local enable_hashjoin = off; set local enable_mergejoin = off');
}

/** The lines of a shard whose objects a tenant has not, or has otherwise. */
export async function findNewLines(
  trx: Knex.Transaction,
  shard: { readonly indexId: number; readonly number: number; readonly tenantId: number },
): Promise<WantedLine[]> {
  await lookUpOneByOne(trx);
  const { rows } = await trx.raw<{ rows: WantedLine[] }>(
    `select ${wantedColumns} from package_objects o
     where o.index_id = :indexId and o.shard = :number and o.digest is not null and not ${isThere}
     order by o.line`,
    shard,
  );
  return rows;
}
