import { z } from 'zod';
import {
  KeyInput,
  KeyRef,
  KeyRevocation,
  KeyToTrust,
  type ExportedKey,
  type Key,
} from '../../schemas/keys/key';
import { parseInput } from '../../schemas/parse-input';
import { TenantCode } from '../../schemas/tenants/tenant';
import { createKey } from '../../store/keys/create-key';
import { exportKey, listKeys } from '../../store/keys/list-keys';
import { revokeKey } from '../../store/keys/revoke-key';
import { trustKey } from '../../store/keys/trust-key';
import type { ClientContext } from '../context';

const TenantRef = z.strictObject({ tenant: TenantCode });

/**
 * Keys that sign packages, and the keys of others that are trusted (REL-24, REL-29). Every method
 * throws `Unauthenticated`, `PermissionDenied`, `TenantNotFound`, and `InvalidInput` with a finding
 * per fault.
 */
export interface Keys {
  /**
   * Makes the key that signs the tenant's packages from now on; the one before it is retired. Needs
   * a super or system administrator. The private half never leaves the installation.
   *
   * @example const { keyId } = await gantry.keys.create({ tenant: 'retail' });
   */
  create(input: z.input<typeof KeyInput>): Promise<Key>;
  /**
   * Every key, own and trusted, revoked ones too.
   *
   * @example const active = (await gantry.keys.list({ tenant: 'retail' })).find((key) => key.state === 'active');
   */
  list(ref: { readonly tenant: string }): Promise<readonly Key[]>;
  /**
   * The public half of a key, by default of the one that signs. Throws `KeyNotFound`.
   *
   * @example const { pem, keyId } = await gantry.keys.export({ tenant: 'retail' });
   */
  export(ref: z.input<typeof KeyRef>): Promise<ExportedKey>;
  /**
   * Trusts a public key, in PEM or as the JSON text that `export` gives. Compare its id with its
   * owner first. Throws `KeyExists`, `KeyRevoked`, and `InvalidInput` with `PublicKeyUnreadable`.
   *
   * @example await gantry.keys.trust({ tenant: 'shop', publicKey: pem, label: 'retail' });
   */
  trust(input: z.input<typeof KeyToTrust>): Promise<Key>;
  /**
   * Revokes an own or a trusted key for good: its signatures are refused from then on. Throws
   * `KeyNotFound`, `KeyRevoked`.
   *
   * @example await gantry.keys.revoke({ tenant: 'shop', key: keyId, reason: 'laptop lost' });
   */
  revoke(input: z.input<typeof KeyRevocation>): Promise<Key>;
}

/** The keys part of the client. */
export function createKeys(context: ClientContext): Keys {
  const { database, settings } = context;
  return {
    async create(given) {
      const input = parseInput(KeyInput, given);
      const { encryptionKey } = settings;
      return createKey(database, await context.caller(), { input, encryptionKey });
    },
    async list(given) {
      const { tenant } = parseInput(TenantRef, given);
      return listKeys(database, await context.caller(), tenant);
    },
    async export(given) {
      const ref = parseInput(KeyRef, given);
      return exportKey(database, await context.caller(), ref);
    },
    async trust(given) {
      const input = parseInput(KeyToTrust, given);
      return trustKey(database, await context.caller(), input);
    },
    async revoke(given) {
      const input = parseInput(KeyRevocation, given);
      return revokeKey(database, await context.caller(), input);
    },
  };
}
