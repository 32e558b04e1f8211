import type { Database } from '../../../store/database/connect';
import { identityOf, readRealCatalog } from '../../support/real-data';
import { expectedDigest } from './expected-line';

/** The digest of every live asset of a tenant, by identity, straight from the tables. */
export async function readTenantDigests(
  database: Database,
  tenant: string,
): Promise<Map<string, string>> {
  const { rows } = await database.raw<{ rows: { identity: string; digest: string }[] }>(
    `select concat_ws(' ', a.type, a.project, a.code) as identity, encode(a.digest, 'hex') as digest
     from assets a join tenants t on t.id = a.tenant_id
     where t.code = ? and a.deleted_at is null`,
    [tenant],
  );
  return new Map(rows.map(({ identity, digest }) => [identity, digest]));
}

/** The digest that each document of these files has in a package, the last one of an identity. */
export async function expectedDigests(catalogs: readonly string[]): Promise<Map<string, string>> {
  const digests = new Map<string, string>();
  for (const catalog of catalogs) {
    for await (const document of readRealCatalog(catalog)) {
      digests.set(identityOf(document), expectedDigest(document));
    }
  }
  return digests;
}

/** The identities that two catalogs do not have alike. */
export function differing(
  left: ReadonlyMap<string, string>,
  right: ReadonlyMap<string, string>,
): string[] {
  const all = new Set([...left.keys(), ...right.keys()]);
  return [...all].filter((identity) => left.get(identity) !== right.get(identity));
}

/** The newest row of each table that an import writes, and how many there are. */
export async function newestRows(database: Database): Promise<unknown[]> {
  const tables = ['assets', 'asset_versions', 'contents', 'content_references', 'publish_objects'];
  const newest = tables.map(async (table) => {
    const { rows } = await database.raw<{ rows: object[] }>(
      `select count(*)::integer as rows, max(xmin::text::bigint)::text as newest from ??`,
      [table],
    );
    return { table, ...rows[0] };
  });
  return Promise.all(newest);
}
