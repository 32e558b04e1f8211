import { z } from 'zod';
import { parseInput } from '../../schemas/parse-input';
import { ModeEnd, ModeStart, type ModeState } from '../../schemas/tenants/mode';
import {
  ReleaseSettingsChange,
  type ReleaseSettings,
} from '../../schemas/tenants/release-settings';
import { TenantCode, TenantInput, type Tenant } from '../../schemas/tenants/tenant';
import { guardedRead } from '../../store/audit/audited';
import { endMode, startMode } from '../../store/tenants/change-mode';
import { changeReleaseSettings } from '../../store/tenants/change-settings';
import { createTenant } from '../../store/tenants/create-tenant';
import { findModeState } from '../../store/tenants/find-mode-state';
import { findReleaseSettings, toReleaseSettings } from '../../store/tenants/find-settings';
import { findTenant, type TenantRow } from '../../store/tenants/find-tenant';
import { listTenants } from '../../store/tenants/list-tenants';
import { toTenant } from '../../store/tenants/to-tenant';
import type { ClientContext } from '../context';

/** A tenant by its code. */
export type TenantRef = z.input<typeof TenantRef>;
const TenantRef = z.strictObject({ tenant: TenantCode });

/**
 * Tenants with their release settings and modes (REL-1…3). Every method throws `Unauthenticated`,
 * `PermissionDenied`, `TenantNotFound`, and `InvalidInput` with a finding per fault.
 */
export interface Tenants {
  /**
   * Creates a tenant; needs an installation administrator, who becomes super administrator there
   * and, unless `releaseRole` is false, cross-tenant release user. Throws `TenantExists`.
   *
   * @example await gantry.tenants.create({ code: 'retail', timeZone: 'Asia/Shanghai' });
   */
  create(input: z.input<typeof TenantInput>): Promise<Tenant>;
  /**
   * The tenants where the caller holds a role, by code; installation administrators see all.
   *
   * @example const codes = (await gantry.tenants.list()).map((tenant) => tenant.code);
   */
  list(): Promise<Tenant[]>;
  /** @example const { mode, timeZone } = await gantry.tenants.show({ tenant: 'retail' }); */
  show(ref: TenantRef): Promise<Tenant>;
  /**
   * The release settings and which are missing; never the credential.
   *
   * @example const { missing } = await gantry.tenants.settings({ tenant: 'retail' });
   */
  settings(ref: TenantRef): Promise<ReleaseSettings>;
  /**
   * Changes release settings; needs a super or system administrator; what is left out stays.
   * Retention is in days, approval deadlines and reminders in milliseconds.
   *
   * @example
   * await gantry.tenants.changeSettings({
   *   tenant: 'retail',
   *   settings: { retentionDays: 30, exportApproval: { kind: 'none' } },
   * });
   */
  changeSettings(input: {
    readonly tenant: string;
    readonly settings: z.input<typeof ReleaseSettingsChange>;
  }): Promise<ReleaseSettings>;
  /** @example const { mode, heldBy } = await gantry.tenants.mode({ tenant: 'retail' }); */
  mode(ref: TenantRef): Promise<ModeState>;
  /**
   * Starts a mode from normal; needs a super or system administrator. Throws `ModeUnchanged` and
   * `ModeTaken`.
   *
   * @example await gantry.tenants.startMode({ tenant: 'retail', mode: 'cross-tenant-publishing' });
   */
  startMode(input: z.input<typeof ModeStart>): Promise<ModeState>;
  /**
   * Ends the mode; needs a super or system administrator. Throws `ModeHeld` with the runs at work
   * under it, and `ModeUnchanged`.
   *
   * @example await gantry.tenants.endMode({ tenant: 'retail', reason: 'release 12 is out' });
   */
  endMode(input: z.input<typeof ModeEnd>): Promise<ModeState>;
}

const SettingsInput = z.strictObject({ tenant: TenantCode, settings: ReleaseSettingsChange });

/** The tenants part of the client. */
export function createTenants(context: ClientContext): Tenants {
  const { database, settings } = context;
  return {
    async create(given) {
      const input = parseInput(TenantInput, given);
      return createTenant(database, await context.caller(), input);
    },
    list: async () => listTenants(database, await context.caller()),
    show: (ref) => readTenant(context, ref, (tenant) => Promise.resolve(toTenant(tenant))),
    settings: (ref) =>
      readTenant(context, ref, async (tenant) =>
        toReleaseSettings(await findReleaseSettings(database, tenant.id)),
      ),
    async changeSettings(given) {
      const input = parseInput(SettingsInput, given);
      const caller = await context.caller();
      const tenant = await findTenant(database, input.tenant);
      const { encryptionKey } = settings;
      return changeReleaseSettings(database, caller, {
        tenant,
        change: input.settings,
        encryptionKey,
      });
    },
    mode: (ref) => readTenant(context, ref, (tenant) => findModeState(database, tenant.id)),
    async startMode(given) {
      const input = parseInput(ModeStart, given);
      const caller = await context.caller();
      const tenant = await findTenant(database, input.tenant);
      return startMode(database, caller, { tenant, mode: input.mode, reason: input.reason });
    },
    async endMode(given) {
      const input = parseInput(ModeEnd, given);
      const caller = await context.caller();
      const tenant = await findTenant(database, input.tenant);
      return endMode(database, caller, { tenant, reason: input.reason });
    },
  };
}

async function readTenant<T>(
  context: ClientContext,
  given: TenantRef,
  read: (tenant: TenantRow) => Promise<T>,
): Promise<T> {
  const ref = parseInput(TenantRef, given);
  const caller = await context.caller();
  const tenant = await findTenant(context.database, ref.tenant);
  return guardedRead(
    context.database,
    { caller, tenantId: tenant.id, action: 'tenant.read', object: `tenant/${tenant.code}` },
    () => read(tenant),
  );
}
