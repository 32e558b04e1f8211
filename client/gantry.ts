import { readFileSync } from 'node:fs';
import { parseSettings } from '../schemas/settings';
import { createApprovals, type Approvals } from './approvals/approvals';
import { createAudit, type Audit } from './audit/audit';
import { createCatalog, type Catalog } from './catalog/catalog';
import { openContext } from './context';
import { createImports, type Imports } from './imports/imports';
import { createInbox, type Inbox } from './inbox/inbox';
import { createDetection, type Detection } from './detection/detection';
import { createMappings, type Mappings } from './mappings/mappings';
import { createKeys, type Keys } from './keys/keys';
import { createPeople, type People } from './people/people';
import { createPublishing, type Publishing } from './publishing/publishing';
import { createReleases, type Releases } from './releases/releases';
import { createRuns, type Runs } from './runs/runs';
import { createTenants, type Tenants } from './tenants/tenants';
import { createUpkeep, type Upkeep } from './upkeep/upkeep';
import { createWebhooks, type Webhooks } from './webhooks/webhooks';

/** How to reach an installation, and who calls. */
export interface GantryOptions {
  /** GANTRY_* settings: see docs/operations.md. @default process.env */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** The caller's token; @default GANTRY_TOKEN of the environment */
  readonly token?: string;
}

/** A connected client. Close it, or the process stays. */
export interface Gantry {
  readonly tenants: Tenants;
  readonly people: People;
  readonly keys: Keys;
  readonly inbox: Inbox;
  readonly audit: Audit;
  readonly catalog: Catalog;
  readonly releases: Releases;
  readonly imports: Imports;
  readonly publishing: Publishing;
  readonly runs: Runs;
  readonly approvals: Approvals;
  readonly mappings: Mappings;
  readonly detection: Detection;
  readonly webhooks: Webhooks;
  readonly upkeep: Upkeep;
  close(): Promise<void>;
}

/**
 * Connects to an installation of Gantry (RUN-12). Nothing is sent before the first call.
 * Throws `SettingsInvalid` with every fault of the settings.
 *
 * @example
 * const gantry = await connectGantry({ token });
 * const releases = await gantry.releases.list({ tenant: 'retail' });
 * await gantry.close();
 */
export function connectGantry(options: GantryOptions = {}): Promise<Gantry> {
  const environment = options.environment ?? process.env;
  const settings = parseSettings(environment, (path) => readFileSync(path, 'utf8'));
  const context = openContext(settings, options.token ?? environment['GANTRY_TOKEN']);
  return Promise.resolve({
    tenants: createTenants(context),
    people: createPeople(context),
    keys: createKeys(context),
    inbox: createInbox(context),
    audit: createAudit(context),
    catalog: createCatalog(context),
    releases: createReleases(context),
    imports: createImports(context),
    publishing: createPublishing(context),
    runs: createRuns(context),
    approvals: createApprovals(context),
    mappings: createMappings(context),
    detection: createDetection(context),
    webhooks: createWebhooks(context),
    upkeep: createUpkeep(context),
    close: () => context.close(),
  });
}
