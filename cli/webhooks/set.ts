import { Option, type Command } from 'commander';
import type { Session } from '../kit/session';
import { withSession } from '../kit/session';
import { collect } from '../kit/collect';
import { prepareTokenFile } from '../people/token-file';
import { defaultSecretsFile, readSecretsFile, toSecretsFile } from './secrets-file';

interface SetOptions {
  readonly name: string;
  readonly url?: string;
  readonly kinds?: readonly string[];
  readonly active?: 'on' | 'off';
  readonly secretsFile?: string;
  readonly newSecrets?: boolean;
  readonly secretsOut?: string;
  readonly force?: boolean;
}

type Input = Parameters<Session['gantry']['webhooks']['set']>[0];

/** Adds `gantry webhook set` (RUN-11, RUN-30). */
export function registerSet(webhook: Command): void {
  webhook
    .command('set')
    .description('Make or change a webhook; what is left out stays as it is.')
    .option('--name <name>', 'which one', 'main')
    .option('--url <url>', 'where messages are posted; a new webhook needs it')
    .option(
      '--kinds <kinds>',
      'which notices, with commas between; all unless it is given',
      collect,
    )
    .addOption(new Option('--active <on|off>', 'whether it gets messages').choices(['on', 'off']))
    .option('--secrets-file <path>', 'file with its secrets; - reads them from stdin')
    .option('--new-secrets', 'make new secrets, the old ones are gone')
    .option('--secrets-out <path>', 'where secrets that are made go, mode 0600')
    .option('--force', 'replace that file')
    .addHelpText('after', help)
    .action((options: SetOptions, command: Command) =>
      withSession(command, (session) => set(session, options)),
    );
}

async function set(session: Session, options: SetOptions): Promise<void> {
  const { gantry, output } = session;
  const tenant = await session.tenant();
  const { name, url, kinds, active, secretsFile } = options;
  const input = {
    tenant,
    name,
    ...(url === undefined ? {} : { url }),
    ...(kinds === undefined ? {} : { kinds }),
    ...(active === undefined ? {} : { active: active === 'on' }),
    ...(secretsFile === undefined ? {} : await readSecretsFile(secretsFile)),
    newSecrets: options.newSecrets === true,
  };
  const isNew = !(await gantry.webhooks.list({ tenant })).some((one) => one.name === name);
  // The place is made before the secrets are, so that none are made that nobody can keep.
  const place =
    isNew || options.newSecrets === true ? placeOf(session, options, tenant) : undefined;
  try {
    // The client checks the kinds and tells its faults.
    const made = await gantry.webhooks.set(input as Input);
    const lines = toSecretsFile(made);
    const kept = lines === '' ? null : (place?.keep(lines) ?? null);
    output.result({ tenant, name, secretsFile: kept }, () => {
      output.line(`webhook ${name} of ${tenant} is set`);
      if (kept !== null) output.line(`Secrets: ${kept}`);
    });
  } finally {
    place?.discard();
  }
}

function placeOf({ options: global }: Session, options: SetOptions, tenant: string) {
  const { secretsOut, force } = options;
  const webhook = `${tenant}-${options.name}`;
  const tokenFile = secretsOut ?? defaultSecretsFile(global, webhook);
  const replace = secretsOut === undefined || force === true;
  return prepareTokenFile({ ...global, tokenFile, force: replace }, webhook);
}

const help = `
Kinds: approval-wanted, approval-overdue, package-ready, parked, run-failed, run-finished.
The secrets file has two lines, GANTRY_WEBHOOK_SECRET (what is sent) and GANTRY_CALLBACK_SECRET
(what comes back). Without --secrets-file both are made at random and written, never printed.

Examples:
  $ gantry webhook set --url https://approvals.example.com/gantry --kinds approval-wanted
  $ gantry webhook set --active off
  $ gantry webhook set --new-secrets --secrets-out ./approvals.env`;
