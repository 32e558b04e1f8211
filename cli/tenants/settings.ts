import { InvalidArgumentError, Option, type Command } from 'commander';
import type { ReleaseSettings } from '../../client';
import { secretScanModes, type SecretScanMode } from '../../schemas/detection/suspected-secret';
import { withSession } from '../kit/session';
import { parseCount } from '../kit/parse-count';
import { printSettings } from './print-settings';
import { parseDuration } from '../kit/parse-duration';
import { readApproval } from './read-approval';
import { readCredential } from '../kit/read-credential';

interface SetOptions {
  readonly credentialFile?: string;
  readonly credentialOverlap?: number;
  readonly retentionDays?: number;
  readonly storagePrefix?: string;
  readonly permissionVerification?: 'on' | 'off';
  readonly autoGrant?: 'on' | 'off';
  readonly exportApproval?: string;
  readonly publishApproval?: string;
  readonly importApproval?: string;
  readonly takesMode?: 'on' | 'off';
  readonly demandSignature?: 'on' | 'off';
  readonly demandSequence?: 'on' | 'off';
  readonly secretScan?: SecretScanMode;
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
  addArrivalOptions(settings.command('set'))
    .description('Change release settings; what is left out stays as it is.')
    .option('--credential-file <path>', 'file with the release credential; - reads it from stdin')
    .option(
      '--credential-overlap <duration>',
      'how long the credential before counts too, such as 14d; alone it shortens or ends (0) it',
      parseOverlap,
    )
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

/** Settings about packages that arrive, and what they may hold. */
function addArrivalOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--demand-signature <on|off>',
        'whether imported packages have to be signed with a trusted key',
      ).choices(['on', 'off']),
    )
    .addOption(
      new Option(
        '--demand-sequence <on|off>',
        'whether imported packages have to follow one another in their chain',
      ).choices(['on', 'off']),
    )
    .addOption(
      new Option(
        '--secret-scan <mode>',
        'what a suspected secret in a package is: nothing, a warning, or a refusal',
      ).choices(secretScanModes),
    );
}

async function toChange(options: SetOptions) {
  const { credentialFile, retentionDays, storagePrefix } = options;
  const approval = (text: string | undefined) =>
    // The client checks the policy and tells its faults.
    text === undefined ? undefined : (readApproval(text) as { kind: 'none' });
  const change = {
    credential: credentialFile === undefined ? undefined : await readCredential(credentialFile),
    credentialOverlapMs: options.credentialOverlap,
    retentionDays,
    storagePrefix,
    permissionVerification: toBoolean(options.permissionVerification),
    autoGrant: toBoolean(options.autoGrant),
    exportApproval: approval(options.exportApproval),
    publishApproval: approval(options.publishApproval),
    importApproval: approval(options.importApproval),
    takesMode: toBoolean(options.takesMode),
    demandSignature: toBoolean(options.demandSignature),
    demandSequence: toBoolean(options.demandSequence),
    secretScan: options.secretScan,
  };
  return change;
}

function parseOverlap(text: string): number {
  const duration = text === '0' ? 0 : parseDuration(text);
  if (duration !== undefined) return duration;
  throw new InvalidArgumentError('Write a number with its unit, such as 14d or 12h, or 0.');
}

function toBoolean(value: 'on' | 'off' | undefined): boolean | undefined {
  return value === undefined ? undefined : value === 'on';
}

const setHelp = `
Approval policies:
  none                                     nobody has to approve
  approvers:approver                       one holder of the role approver
  approvers:person=li,person=wang,quorum=2,deadline=2d,on-deadline=reject,remind=1d
  also: self-approval, one-time-code; on-deadline is expire (default), reject or approve

Examples:
  $ gantry tenant settings set --credential-file ./release.secret --retention-days 30 \\
      --storage-prefix packages --permission-verification on --auto-grant off \\
      --export-approval approvers:approver,quorum=1,deadline=2d --publish-approval none
  $ pass show release | gantry tenant settings set --credential-file - --credential-overlap 14d`;
