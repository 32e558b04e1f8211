import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Gantry, ImportInput, ReleaseDraftInput, RunDetails } from '../../../client';
import { createGantryStack, type GantryStack, type StackOptions } from '../../support/gantry-stack';
import { draft, ended } from '../runs/run-world';

type Settings = Parameters<Gantry['tenants']['changeSettings']>[0]['settings'];

/** Where packages come from and where they go. */
export const source = 'retail';
export const target = 'retail-eu';

/** Two tenants in one installation, which share the credential alone, and a folder for packages. */
export interface ImportWorld {
  readonly stack: GantryStack;
  readonly folder: string;
  /** Of the target: `ines` may import, `otto` approves. */
  readonly ines: Gantry;
  readonly otto: Gantry;
  /** Exports a release of the source and downloads it; gives the file. */
  exported(given?: ReleaseDraftInput): Promise<string>;
  /** Imports, and waits for the end. */
  imported(input: Omit<ImportInput, 'tenant'>): Promise<{ import: string; run: RunDetails }>;
  close(): Promise<void>;
}

/** Makes the two tenants; the target is empty. */
export async function createImportWorld(
  options: StackOptions & { readonly targetSettings?: Settings } = {},
): Promise<ImportWorld> {
  const { targetSettings, ...stackOptions } = options;
  const stack = await createGantryStack(stackOptions);
  const folder = mkdtempSync(join(tmpdir(), 'gantry-import-'));
  await stack.admin.tenants.create({ code: target, name: 'Retail EU', timeZone: 'Europe/Rome' });
  await stack.admin.tenants.changeSettings({
    tenant: target,
    settings: {
      credential: stack.credential,
      retentionDays: 30,
      storagePrefix: 'packages',
      permissionVerification: false,
      autoGrant: false,
      exportApproval: { kind: 'none' },
      publishApproval: { kind: 'none' },
      ...targetSettings,
    },
  });
  await stack.admin.tenants.startMode({ tenant: target, mode: 'cross-tenant-publishing' });
  const joined = async (name: string, role: 'approver' | 'cross-tenant-release-user') => {
    const roles = [{ role }];
    const { token } = await stack.admin.people.add({ tenant: target, name, roles });
    return stack.as(token ?? '');
  };
  const [ines, otto] = [
    await joined('ines', 'cross-tenant-release-user'),
    await joined('otto', 'approver'),
  ];
  return {
    ...{ stack, folder, ines, otto },
    async exported(given) {
      const release = await draft(stack, given);
      const run = await stack.person('mara').releases.export({ tenant: source, release });
      const { status, report } = await ended(stack, run);
      if (status !== 'succeeded') throw new Error(`the export ended as ${JSON.stringify(report)}`);
      const file = join(folder, `${release}.dp`);
      return stack.person('mara').releases.download({ tenant: source, release, target: file });
    },
    async imported(input) {
      const started = await ines.imports.run({ tenant: target, ...input });
      await ines.runs.result({ run: started.run });
      return { import: started.import, run: await ines.runs.show({ run: started.run }) };
    },
    async close() {
      await stack.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
