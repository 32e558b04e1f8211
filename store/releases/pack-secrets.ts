import type { Knex } from 'knex';
import {
  deriveAuthenticationKeys,
  encryptSecrets,
  type EncryptedMember,
} from '../../archive/authentication-box';
import {
  assetTypes,
  assetTypeCodes,
  findAssetType,
  type AssetType,
} from '../../schemas/catalog/asset-types';
import type { ExportSettings } from '../../schemas/releases/export-settings';
import { secretsContext } from '../catalog/asset-secrets';
import type { Connection } from '../database/connect';
import { findRun } from '../runs/find-run';
import { openSecret } from '../secrets/secret-box';
import { fixSealing } from './fix-sealing';
import { readFrozenDetails } from './frozen-scopes';
import type { Freezing } from './freezing';

/** The types whose authentication information travels with these settings (REL-6). */
export function typesWithSecrets(settings: ExportSettings): string[] {
  return assetTypeCodes.filter((type) => {
    const { sourceKind, secretFields }: AssetType = assetTypes[type];
    if (sourceKind === undefined || secretFields === undefined) return false;
    return settings.authenticationInformation[sourceKind] === 'keep';
  });
}

/**
 * Keeps the sealed secrets of the sources in scope whose authentication information travels, so that
 * whatever is changed later the package gets those of the snapshot (REL-18). Gives a SHA-256 in hex
 * over what tells whether two are the same, for the digest that is approved; undefined where none travels.
 */
export async function freezeSecrets(freezing: Freezing): Promise<string | undefined> {
  const { trx, runId, release, condition } = freezing;
  const types = typesWithSecrets(release.export_settings);
  if (types.length === 0) return undefined;
  const { rows } = await trx.raw<{ rows: [{ digest: string }] }>(
    `with kept as (
       insert into frozen_secrets (run_id, type, project, code, sealed, mac)
       select :runId::text, a.type, a.project, a.code, a.sealed_secrets, a.secrets_mac from assets a
       where ${condition.sql} and a.type = any(:secretTypes) and a.sealed_secrets is not null
       returning type, project, code, mac
     )
     select encode(sha256(coalesce(string_agg(mac, ''::bytea order by type, project, code), ''::bytea)), 'hex') as digest
     from kept`,
    { ...condition.values, runId, secretTypes: types } as Record<string, Knex.Value>,
  );
  return rows[0].digest;
}

/** Gives the encrypted secret members of an object, by what its document says it is. */
export type PackSecrets = (identity: {
  readonly project: string | null;
  readonly code: string;
}) => Readonly<Record<string, EncryptedMember>>;

/**
 * What encrypts the secrets of one type on their way into the package of a run: the same at every
 * call (REL-21, REL-26). Undefined where the authentication information of this type does not
 * travel. Throws what `fixSealing` throws.
 */
export async function createSecretsPacker(
  connection: Connection,
  encryptionKey: Uint8Array,
  shard: { readonly runId: string; readonly type: string },
): Promise<PackSecrets | undefined> {
  const { runId, type } = shard;
  if (findAssetType(type)?.secretFields === undefined) return undefined;
  const { exportSettings } = await readFrozenDetails(connection, runId);
  if (!typesWithSecrets(exportSettings).includes(type)) return undefined;
  const { tenant_id: tenantId } = await findRun(connection, runId);
  const { credential, salt } = await fixSealing(connection, encryptionKey, runId);
  const keys = await deriveAuthenticationKeys(credential, salt);
  const rows = await connection('frozen_secrets')
    .where({ run_id: runId, type })
    .select<{ project: string; code: string; sealed: Buffer }[]>('project', 'code', 'sealed');
  const sealed = new Map(rows.map((row) => [`${row.project}\n${row.code}`, row.sealed]));
  return ({ project, code }) => {
    const found = sealed.get(`${project ?? ''}\n${code}`);
    if (found === undefined) return {};
    const context = secretsContext(tenantId, { type, project: project ?? '', code });
    const secrets = JSON.parse(openSecret(encryptionKey, found, context)) as Record<
      string,
      unknown
    >;
    return encryptSecrets(secrets, { keys, identity: { type, project, code } });
  };
}
