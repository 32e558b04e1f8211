import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { isPipelineError, type CatalogLoaded, type Gantry } from '../../client';
import { assetCategories } from '../../schemas/catalog/asset-types';

type ReleaseSettings = Parameters<Gantry['tenants']['changeSettings']>[0]['settings'];

interface WorkspaceTenant {
  readonly tenant: Parameters<Gantry['tenants']['create']>[0];
  readonly releaseSettings: ReleaseSettings;
}

/** What a workspace is set up from. */
export interface WorkspaceSetUp {
  /** Where tenants.json, people.json, the policies and the NDJSON files are. */
  readonly folder: string;
  /** The release credential that both tenants share, at least 12 characters. */
  readonly credential: string;
  /** Told the token of everybody who is new; it cannot be read again. */
  readonly onToken: (person: string, token: string) => Promise<void>;
}

/**
 * Makes the tenants and people of a workspace and loads its assets into the first tenant, as an
 * installation administrator; what is there already stays, so that a second time changes nothing.
 *
 * @example
 * await setUpWorkspace(gantry, { folder: 'examples/workspace', credential, onToken });
 */
export async function setUpWorkspace(
  gantry: Gantry,
  { folder, credential, onToken }: WorkspaceSetUp,
): Promise<CatalogLoaded> {
  const readJson = async <T>(name: string): Promise<T> =>
    JSON.parse(await readFile(join(folder, name), 'utf8')) as T;
  const [exportApproval, publishApproval] = await Promise.all([
    readJson<NonNullable<ReleaseSettings['exportApproval']>>('export-approval.json'),
    readJson<NonNullable<ReleaseSettings['publishApproval']>>('publish-approval.json'),
  ]);

  const tenants = await readJson<WorkspaceTenant[]>('tenants.json');
  for (const { tenant, releaseSettings } of tenants) {
    await createUnlessThere(gantry, tenant);
    const settings = {
      ...releaseSettings,
      ...{ credential, exportApproval, publishApproval, importApproval: exportApproval },
    };
    await gantry.tenants.changeSettings({ tenant: tenant.code, settings });
  }

  // The administrator of the installation has no tenant, and is there from the start.
  const people = await readJson<Parameters<Gantry['people']['add']>[0][]>('people.json');
  for (const person of people.filter((one) => one.tenant !== undefined)) {
    const { token } = await gantry.people.add(person);
    if (token !== null) await onToken(person.name, token);
  }

  const home = tenants[0]?.tenant.code ?? '';
  return gantry.catalog.load({ tenant: home, source: Readable.from(readCatalog(folder)) });
}

async function createUnlessThere(gantry: Gantry, tenant: WorkspaceTenant['tenant']): Promise<void> {
  try {
    await gantry.tenants.create(tenant);
  } catch (error) {
    if (!isPipelineError(error, 'TenantExists')) throw error;
  }
}

// One stream, so that all files are loaded in one transaction.
async function* readCatalog(folder: string): AsyncGenerator<Buffer> {
  for (const category of assetCategories) {
    yield* createReadStream(join(folder, `${category}.ndjson`)) as AsyncIterable<Buffer>;
  }
}
