import { PipelineError } from '../../schemas/pipeline-error';
import { auditedChange } from '../audit/audited';
import type { Connection, Database } from '../database/connect';
import type { Caller } from '../people/authenticate';
import { findTenant } from '../tenants/find-tenant';
import { findRelease } from './find-release';
import type { ReleaseKey } from './update-draft';

/** Where a package lies and what it has to be. */
export interface PackageFile {
  readonly id: string;
  readonly name: string;
  readonly objectKey: string;
  readonly sizeBytes: number;
  /** SHA-256, hex. */
  readonly digest: string;
}

/**
 * The package of a release for somebody who downloads it, by which way; every download is audited
 * (REL-22, RUN-23). Throws `PackageNotReady`, `PackageExpired`, `ReleaseNotFound`, `PermissionDenied`.
 */
export async function openPackage(
  database: Database,
  caller: Caller,
  asked: ReleaseKey & { readonly way: 'download' | 'link' },
): Promise<PackageFile> {
  const tenant = await findTenant(database, asked.tenant);
  const attempt = {
    caller,
    tenantId: tenant.id,
    action: 'package.download',
    object: `release/${asked.release}`,
    details: { way: asked.way },
  } as const;
  return auditedChange(database, attempt, async (trx, note) => {
    const release = await findRelease(trx, { tenantId: tenant.id, id: asked.release });
    const file = await findPackage(trx, release);
    note({ package: file.id });
    return file;
  });
}

async function findPackage(
  connection: Connection,
  release: { readonly id: string; readonly state: string },
): Promise<PackageFile> {
  const row = await connection('packages')
    .where({ release_id: release.id })
    .orderBy('created_at', 'desc')
    .first<
      | {
          id: string;
          name: string;
          object_key: string;
          size_bytes: number;
          digest: Buffer;
          deleted_at: Date | null;
        }
      | undefined
    >();
  if (row === undefined) {
    throw new PipelineError('PackageNotReady', { release: release.id, state: release.state });
  }
  if (row.deleted_at !== null) {
    throw new PipelineError('PackageExpired', { release: release.id, package: row.id });
  }
  return {
    id: row.id,
    name: row.name,
    objectKey: row.object_key,
    sizeBytes: row.size_bytes,
    digest: row.digest.toString('hex'),
  };
}
