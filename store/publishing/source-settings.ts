import type { Knex } from 'knex';
import type { SettingOrigin } from '../../schemas/publishing/publish-view';
import { secretsContext, type AssetKey } from '../catalog/asset-secrets';
import type { Connection } from '../database/connect';
import { openSecret, sealSecret } from '../secrets/secret-box';
import { sourceTypes } from './source-types';

/** The two things that a source may come without (REL-45). */
export type SourceSetting = 'connection' | 'authentication';

/** A source with what it lacks and where that may come from; `identity` as rows have it. */
export interface SourceRow extends AssetKey {
  readonly asset_id: number;
  readonly tenant_id: number;
  readonly lacks_connection: boolean;
  readonly lacks_authentication: boolean;
  readonly own_connection: string | null;
  readonly entered_connection: Buffer | null;
  readonly entered_authentication: Buffer | null;
  readonly kept_connection: Buffer | null;
  readonly kept_authentication: Buffer | null;
  readonly online_connection: string | null;
  readonly online_secrets: Buffer | null;
}

/** What a source connects with, resolved; `null` where nothing is to be filled in. */
export interface ResolvedSource {
  readonly origins: Readonly<Record<SourceSetting, SettingOrigin>>;
  readonly sealed: Readonly<Record<SourceSetting, Buffer | null>>;
}

/** The context under which settings that are entered here are sealed; the same for what is online. */
export function settingContext(tenantId: number, key: AssetKey, setting: SourceSetting): string {
  return `publish/${setting}/${secretsContext(tenantId, key)}`;
}

/** The sources among the objects of a shard that are put online. */
export async function readSourcesOfShard(
  connection: Connection,
  { runId, shard }: { readonly runId: string; readonly shard: number },
): Promise<(SourceRow & { readonly number: number })[]> {
  const { rows } = await connection.raw<{ rows: (SourceRow & { number: number })[] }>(
    `select o.number, a.tenant_id, a.type, a.project, a.code, s.*
     from publish_run_objects o
     join assets a on a.id = o.asset_id and a.type = any(:sourceTypes)
     join source_settings s on s.asset_id = o.asset_id and s.version = o.version
     where o.run_id = :runId and o.shard = :shard and o.change_type <> 'deleted'
     order by o.number`,
    { runId, shard, sourceTypes } as unknown as Record<string, Knex.Value>,
  );
  return rows;
}

/** A source in its submitted version; undefined for what is no source, or deleted. */
export async function readSource(
  connection: Connection,
  assetId: number,
): Promise<SourceRow | undefined> {
  const { rows } = await connection.raw<{ rows: SourceRow[] }>(
    `select a.tenant_id, a.type, a.project, a.code, s.*
     from assets a join source_settings s on s.asset_id = a.id and s.version = a.version
     where a.id = :assetId and a.type = any(:sourceTypes)`,
    { assetId, sourceTypes } as unknown as Record<string, Knex.Value>,
  );
  return rows[0];
}

/**
 * Fills in what a source lacks: what was entered here, else what is kept from the object online here.
 * What the package carries is never replaced. Throws `SecretUndecryptable`.
 */
export function resolveSource(key: Uint8Array, row: SourceRow): ResolvedSource {
  const connection = pick(
    row.lacks_connection,
    row.entered_connection,
    () => row.kept_connection ?? sealOnlineConnection(key, row),
  );
  const authentication = pick(
    row.lacks_authentication,
    row.entered_authentication,
    () => row.kept_authentication ?? resealOnlineSecrets(key, row),
  );
  return {
    origins: { connection: connection.origin, authentication: authentication.origin },
    sealed: { connection: connection.sealed, authentication: authentication.sealed },
  };
}

/** What a source connects to, for trying it: filled in, or its own. Throws `SecretUndecryptable`. */
export function connectionOf(
  key: Uint8Array,
  row: SourceRow,
  resolved: ResolvedSource,
): Readonly<Record<string, unknown>> {
  const { connection } = resolved.sealed;
  const text =
    connection === null
      ? row.own_connection
      : openSecret(key, connection, settingContext(row.tenant_id, row, 'connection'));
  return toMembers(text);
}

function pick(
  lacks: boolean,
  entered: Buffer | null,
  keep: () => Buffer | null,
): { readonly origin: SettingOrigin; readonly sealed: Buffer | null } {
  if (!lacks) return { origin: 'package', sealed: null };
  if (entered !== null) return { origin: 'entered', sealed: entered };
  const kept = keep();
  return kept === null ? { origin: 'missing', sealed: null } : { origin: 'kept', sealed: kept };
}

function sealOnlineConnection(key: Uint8Array, row: SourceRow): Buffer | null {
  if (row.online_connection === null) return null;
  return sealSecret(key, row.online_connection, settingContext(row.tenant_id, row, 'connection'));
}

/** What is online has its secrets beside its version, all members in one. */
function resealOnlineSecrets(key: Uint8Array, row: SourceRow): Buffer | null {
  if (row.online_secrets === null) return null;
  const members = toMembers(
    openSecret(key, row.online_secrets, secretsContext(row.tenant_id, row)),
  );
  const text = JSON.stringify(members['authentication'] ?? null);
  return sealSecret(key, text, settingContext(row.tenant_id, row, 'authentication'));
}

function toMembers(text: string | null): Readonly<Record<string, unknown>> {
  if (text === null) return {};
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    // A connection that is one text, such as a URL.
    return { url: text };
  }
}
