import type { Knex } from 'knex';
import type { PackageShard } from '../../schemas/imports/package-shard';
import type { PackageManifest } from '../../schemas/releases/manifest';
import type { PackageSeal } from '../../schemas/releases/seal';
import type { Database } from '../database/connect';
import { isThere } from './wanted-lines';

/** What names the rows of a package; digests are raw. */
export interface PackageIndexKey {
  readonly tenantId: number;
  readonly packageDigest: Buffer;
  /** Empty where there is no mapping. */
  readonly mappingDigest: Buffer;
  /** Over what findings depend on beside package and mapping. */
  readonly checksDigest: Buffer;
}

/** What is written down of a package before its entries are read. */
export interface PackageHead {
  readonly manifest: PackageManifest;
  readonly manifestDigest: Buffer;
  readonly seal: PackageSeal;
  readonly shards: readonly PackageShard[];
}

/** The rows of a package: begun now or before, or complete. */
export interface FoundPackageIndex {
  readonly id: number;
  readonly complete: boolean;
}

/**
 * The index of a package, begun where there is none or where the one there was refused. Two runs that
 * open the same file share one.
 */
export async function ensurePackageIndex(
  database: Database,
  key: PackageIndexKey,
  head: PackageHead,
): Promise<FoundPackageIndex> {
  const names = {
    tenant_id: key.tenantId,
    package_digest: key.packageDigest,
    mapping_digest: key.mappingDigest,
    checks_digest: key.checksDigest,
  };
  return database.transaction(async (trx) => {
    await trx('package_indexes').where(names).whereNotNull('refused_at').delete();
    const enough = await findEnough(trx, key);
    if (enough !== undefined) return { id: enough, complete: true };
    const { entries, ...manifest } = head.manifest;
    const [made] = await trx('package_indexes')
      .insert({
        ...names,
        manifest_digest: head.manifestDigest,
        manifest: JSON.stringify({ ...manifest, entryCount: entries.length }),
        seal: JSON.stringify(head.seal),
      })
      .onConflict(['tenant_id', 'package_digest', 'mapping_digest', 'checks_digest'])
      .ignore()
      .returning<{ id: number }[]>('id');
    if (made !== undefined) {
      await insertShards(trx, made.id, head.shards);
      return { id: made.id, complete: false };
    }
    const known = await trx('package_indexes')
      .where(names)
      .first<{ id: number; completed_at: Date | null }>('id', 'completed_at');
    return { id: known.id, complete: known.completed_at !== null };
  });
}

/**
 * A complete index of the same file and mapping that was checked with other features or engines will
 * do where the tenant has all of it already: nothing of it would come in.
 */
async function findEnough(
  trx: Knex.Transaction,
  { tenantId, packageDigest, mappingDigest, checksDigest }: PackageIndexKey,
): Promise<number | undefined> {
  const { rows } = await trx.raw<{ rows: { id: number }[] }>(
    `select id from package_indexes i
     where tenant_id = :tenantId and package_digest = :packageDigest
       and mapping_digest = :mappingDigest and completed_at is not null
       and (checks_digest = :checksDigest or not exists (
         select from package_objects o
         where o.index_id = i.id and o.digest is not null and not ${isThere}))
     order by checks_digest <> :checksDigest, id desc limit 1`,
    { tenantId, packageDigest, mappingDigest, checksDigest },
  );
  return rows[0]?.id;
}

const shardsPerInsert = 50;

async function insertShards(
  trx: Knex.Transaction,
  indexId: number,
  shards: readonly PackageShard[],
): Promise<void> {
  for (let start = 0; start < shards.length; start += shardsPerInsert) {
    await trx('package_shards').insert(
      shards.slice(start, start + shardsPerInsert).map((shard) => ({
        index_id: indexId,
        number: shard.number,
        kind: shard.kind,
        type: shard.type,
        path: shard.entries[0]?.path ?? '',
        byte_count: shard.byteCount,
        entries: JSON.stringify(shard.entries),
      })),
    );
  }
}

/** Notes what an import turned out to be, and which rows are its package’s. */
export async function recordOpened(
  database: Database,
  importId: string,
  opened: {
    readonly manifest: PackageManifest;
    readonly indexId: number | null;
    readonly mappingVersion: number | null;
  },
): Promise<void> {
  const { manifest, indexId, mappingVersion } = opened;
  await database('imports')
    .where({ id: importId })
    .update({
      package_id: manifest.packageId,
      package_created_at: manifest.createdAt,
      source_tenant: manifest.sourceTenant.code,
      chain: manifest.chain === undefined ? null : JSON.stringify(manifest.chain),
      index_id: indexId,
      options: database.raw(`options || ?::jsonb`, [JSON.stringify({ mappingVersion })]),
    });
}
