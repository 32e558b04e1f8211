import { Option, type Command } from 'commander';
import type { ReleaseSettings } from '../../client';
import { withSession } from '../kit/session';
import { parseCount } from '../kit/parse-count';
import { printSettings } from './print-settings';
import { readApproval } from './read-approval';
import { readCredential } from '../kit/read-credential';

interface SetOptions {
  readonly credentialFile?: string;
  readonly retentionDays?: number;
  readonly storagePrefix?: string;
  readonly permissionVerification?: 'on' | 'off';
  readonly autoGrant?: 'on' | 'off';
  readonly exportApproval?: string;
  readonly publishApproval?: string;
  readonly importApproval?: string;
  readonly takesMode?: 'on' | 'off';
}

/** Adds `gantry tenant settings [show]` and `gantry tenant settings set` (REL-2). */
export function registerSettings(tenant: Command): void {
  const settings = tenant
    .command('settings')
    .description('Release settings: without them complete no package can be exported.');
  settings
    .command('show', { isDefault: true })
    .description('Show the release settings and what is missing; never the credential.')
    .addHelpText('after', '\nExample:\n  $ gantry tenant settings --tenant retail')
    .action((_options: unknown, command: Command) =>
      withSession(command, async (session) => {
        const shown = await session.gantry.tenants.settings({ tenant: await session.tenant() });
        session.output.result(shown, () => printSettings(session.output, shown));
      }),
    );
  registerSet(settings);
}

function registerSet(settings: Command): void {
  settings
    .command('set')
    .description('Change release settings; what is left out stays as it is.')
    .option('--credential-file <path>', 'file with the release credential; - reads it from stdin')
    .option('--retention-days <days>', 'days until a package is deleted', parseCount)
    .option('--storage-prefix <path>', 'folder of the packages in the object store')
    .addOption(
      new Option(
        '--permission-verification <on|off>',
        'whether publishing checks permissions',
      ).choices(['on', 'off']),
    )
    .addOption(
      new Option('--auto-grant <on|off>', 'whether missing permissions are granted').choices([
        'on',
        'off',
      ]),
    )
    .option('--export-approval <policy>', 'none, approvers:…, a JSON file, or JSON')
    .option('--publish-approval <policy>', 'likewise, for publishing')
    .option('--import-approval <policy>', 'likewise, for the plans of imports')
    .addOption(
      new Option(
        '--takes-mode <on|off>',
        'whether runs take the mode cross-tenant-publishing themselves',
      ).choices(['on', 'off']),
    )
    .addHelpText('after', setHelp)
    .action((options: SetOptions, command: Command) =>
      withSession(command, async (session) => {
        const changed: ReleaseSettings = await session.gantry.tenants.changeSettings({
          tenant: await session.tenant(),
          settings: await toChange(options),
        });
        session.output.result(changed, () => printSettings(session.output, changed));
      }),
    );
}

async function toChange(options: SetOptions) {
  const { credentialFile, retentionDays, storagePrefix } = options;
  const approval = (text: string | undefined) =>
    // The client checks the policy and tells its faults.
    text === undefined ? undefined : (readApproval(text) as { kind: 'none' });
  const change = {
    credential: credentialFile === undefined ? undefined : await readCredential(credentialFile),
    retentionDays,
    storagePrefix,
    permissionVerification: toBoolean(options.permissionVerification),
    autoGrant: toBoolean(options.autoGrant),
    exportApproval: approval(options.exportApproval),
    publishApproval: approval(options.publishApproval),
    importApproval: approval(options.importApproval),
    takesMode: toBoolean(options.takesMode),
  };
  return change;
}

function toBoolean(value: 'on' | 'off' | undefined): boolean | undefined {
  return value === undefined ? undefined : value === 'on';
}

const setHelp = `
Approval policies:
  none                                     nobody has to approve
  approvers:approver                       one holder of the role approver
  approvers:person=li,person=wang,quorum=2,deadline=2d,on-deadline=reject,remind=1d
  also: self-approval; on-deadline is expire (default), reject or approve

Examples:
  $ gantry tenant settings set --credential-file ./release.secret --retention-days 30 \\
      --storage-prefix packages --permission-verification on --auto-grant off \\
      --export-approval approvers:approver,quorum=1,deadline=2d --publish-approval none
  $ pass show release | gantry tenant settings set --credential-file -`;
