import {
  deriveAuthenticationKeys,
  type AuthenticationKeys,
} from '../../archive/authentication-box';
import { findAssetType } from '../../schemas/catalog/asset-types';
import { createSecretsCutter } from '../../store/catalog/asset-secrets';
import type { ShardToRead } from '../../store/imports/package-shards';
import type { ReceivedImport } from '../../store/imports/received-import';
import { applyMapping, type AppliedMapping } from '../../store/mappings/apply-mapping';
import { readMapping } from '../../store/mappings/read-mapping';
import { readReleaseCredentials } from '../../store/tenants/find-settings';
import type { Dependencies } from '../dependencies';
import { typeOfPath } from './group-entries';
import type { LineContext } from './read-package-line';

/** What reading the lines of a shard needs: keys, mapping, the tenant's way to seal secrets. */
export async function createLineContext(
  dependencies: Dependencies,
  { shard, received }: { readonly shard: ShardToRead; readonly received: ReceivedImport },
): Promise<LineContext> {
  const { encryptionKey } = dependencies;
  const tenantId = received.tenant_id;
  return {
    cutSecrets: createSecretsCutter({ encryptionKey, tenantId }),
    authenticationKeys: await deriveKeys(dependencies, { shard, tenantId }),
    mapping: shard.isMapped ? await findMapping(dependencies, { shard, received }) : undefined,
  };
}

/** Deriving a key takes as long as a thousand objects: only where there is something to decrypt. */
async function deriveKeys(
  { database, encryptionKey }: Dependencies,
  { shard, tenantId }: { readonly shard: ShardToRead; readonly tenantId: number },
): Promise<AuthenticationKeys[]> {
  const hasSecretTypes = shard.entries.some(
    ({ path }) => findAssetType(typeOfPath(path) ?? '')?.secretFields !== undefined,
  );
  if (!shard.holdsSecrets || !hasSecretTypes) return [];
  const salt = Buffer.from(shard.seal.kdf.salt, 'base64');
  const credentials = await readReleaseCredentials(database, encryptionKey, tenantId);
  return Promise.all(credentials.map((credential) => deriveAuthenticationKeys(credential, salt)));
}

async function findMapping(
  { database }: Dependencies,
  { shard, received }: { readonly shard: ShardToRead; readonly received: ReceivedImport },
): Promise<AppliedMapping | undefined> {
  const version = received.options.mappingVersion ?? undefined;
  const ref = { tenantId: received.tenant_id, source: shard.sourceTenant, version };
  return applyMapping((await readMapping(database, ref))?.rules ?? []);
}
