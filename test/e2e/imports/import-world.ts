import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type {
  ApprovalPolicy,
  Gantry,
  ImportInput,
  ReleaseDraftInput,
  RunDetails,
} from '../../../client';
import { createGantryStack, type GantryStack, type StackOptions } from '../../support/gantry-stack';
import { openStoredObjects } from '../../support/stored-objects';

type Settings = Parameters<Gantry['tenants']['changeSettings']>[0]['settings'];

/** Where packages come from and where they go. */
export const source = 'retail';
export const target = 'retail-eu';

/** The policy of imports that `otto` has to approve, but for what is given. */
export function approvedByOtto(
  given: Partial<Extract<ApprovalPolicy, { kind: 'approvers' }>> = {},
) {
  return {
    importApproval: {
      kind: 'approvers' as const,
      approvers: [{ role: 'approver' as const }],
      ...given,
    },
  };
}

/** The tenant that packages are imported into, and its people. */
export interface Target {
  /** `ines` may import and export, `otto` approves, `olga` is an administrator. */
  readonly ines: Gantry;
  readonly otto: Gantry;
  readonly olga: Gantry;
  /** Imports, and waits for the end. */
  imported(input: Omit<ImportInput, 'tenant'>): Promise<{ import: string; run: RunDetails }>;
  /** Undoes an import, and waits for the end. */
  undone(id: string): Promise<{ import: string; run: RunDetails }>;
  /** What the tenant holds, as one digest. */
  digest(): Promise<string>;
  /** Rows and objects that imports left: contents staged, and what lies in the store for a run. */
  leftovers(): Promise<string[]>;
}

/** Two tenants in one installation, which share the credential alone, and a folder for packages. */
export interface ImportWorld extends Target {
  readonly stack: GantryStack;
  readonly folder: string;
  /** Exports a release of the source and downloads it; gives the file. */
  exported(given?: ReleaseDraftInput): Promise<string>;
  close(): Promise<void>;
}

/** Makes the two tenants; the target is empty. */
export async function createImportWorld(
  options: StackOptions & { readonly targetSettings?: Settings } = {},
): Promise<ImportWorld> {
  const { targetSettings, ...stackOptions } = options;
  const stack = await createGantryStack(stackOptions);
  const folder = mkdtempSync(join(tmpdir(), 'gantry-import-'));
  const made = await createTarget(stack, { credential: stack.credential, ...targetSettings });
  return {
    ...made,
    ...{ stack, folder },
    exported: (given) => exportTo(stack.person('mara'), { tenant: source, folder, given }),
    async close() {
      await stack.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Adds the target tenant with its people to a stack. */
export async function createTarget(stack: GantryStack, settings: Settings): Promise<Target> {
  const { admin, database } = stack;
  await admin.tenants.create({ code: target, name: 'Retail EU', timeZone: 'Europe/Rome' });
  await admin.tenants.changeSettings({
    tenant: target,
    settings: {
      retentionDays: 30,
      storagePrefix: 'packages',
      permissionVerification: false,
      autoGrant: false,
      exportApproval: { kind: 'none' },
      publishApproval: { kind: 'none' },
      ...settings,
    },
  });
  await admin.tenants.startMode({ tenant: target, mode: 'cross-tenant-publishing' });
  const joined = async (name: string, role: Role): Promise<Gantry> => {
    const { token } = await admin.people.add({ tenant: target, name, roles: [{ role }] });
    return stack.as(token ?? '');
  };
  const ines = await joined('ines', 'cross-tenant-release-user');
  const ended = async (started: { readonly import: string; readonly run: string }) => {
    await ines.runs.result({ run: started.run }).catch(() => undefined);
    return { import: started.import, run: await ines.runs.show({ run: started.run }) };
  };
  return {
    ines,
    otto: await joined('otto', 'approver'),
    olga: await joined('olga', 'super-administrator'),
    imported: async (input) => ended(await ines.imports.run({ tenant: target, ...input })),
    undone: async (id) => ended(await ines.imports.undo({ tenant: target, import: id })),
    digest: async () => (await ines.catalog.stats({ tenant: target })).digest,
    async leftovers() {
      const staged = await database('import_staged_shards').select<{ run_id: string }[]>('run_id');
      const store = openStoredObjects(stack.settings.objectStore);
      const keys = [...(await store.keys('incoming/')), ...(await store.keys('staging/'))];
      return [...staged.map((row) => row.run_id), ...keys, ...(await store.unfinishedUploads())];
    },
  };
}

type Role = 'approver' | 'cross-tenant-release-user' | 'super-administrator';

/** Exports a release and downloads it into the folder; gives the file. */
export async function exportTo(
  client: Gantry,
  {
    tenant,
    folder,
    given,
  }: {
    readonly tenant: string;
    readonly folder: string;
    readonly given?: ReleaseDraftInput | undefined;
  },
): Promise<string> {
  const scope = { method: 'full' } as const;
  const { id: release } = await client.releases.create({ tenant, scope, ...given });
  const run = await client.releases.export({ tenant, release });
  const report = await client.runs.result({ run });
  if (report.outcome !== 'succeeded')
    throw new Error(`the export ended: ${JSON.stringify(report)}`);
  return client.releases.download({ tenant, release, target: join(folder, `${release}.dp`) });
}

/** Loads lines into a tenant. */
export async function load(
  { admin }: Pick<GantryStack, 'admin'>,
  tenant: string,
  lines: readonly string[],
): Promise<void> {
  await admin.catalog.load({ tenant, source: Readable.from([Buffer.from(lines.join('\n'))]) });
}

/** The findings that ended a run, `code` or `code type project code`. */
export function errorsOf({ report }: RunDetails): string[] {
  const errors = (report?.findings ?? []).filter(({ severity }) => severity === 'error');
  return errors.map(({ code, object }) =>
    object === undefined
      ? code
      : `${code} ${String(object.type)} ${object.project ?? ''} ${object.code}`,
  );
}
