import type { Command } from 'commander';
import { collect } from '../kit/collect';
import { withSession } from '../kit/session';
import { printTenant } from './print-tenant';

interface CreateOptions {
  readonly name?: string;
  readonly timeZone?: string;
  readonly productVersion?: string;
  readonly engine?: string[];
  readonly engineMode?: string;
  readonly feature?: string[];
  readonly releaseRole: boolean;
}

/** Adds `gantry tenant create`. */
export function registerCreate(tenant: Command): void {
  tenant
    .command('create')
    .description('Create a tenant; you become its super administrator and release user.')
    .argument('<code>', 'code: 1 to 63 of a-z, 0-9 and -')
    .option('--name <text>', 'name to show (default: the code)')
    .option('--time-zone <name>', 'IANA time zone (default: UTC)')
    .option('--product-version <text>', 'version of the data platform (default: 1.0)')
    .option('--engine <type>', 'compute engine type, repeatable (default: bigquery)', collect)
    .option('--engine-mode <mode>', 'single or multi (default: single)')
    .option('--feature <name>', 'tag, standard, quality, security (default: all of them)', collect)
    .option('--no-release-role', 'do not make you cross-tenant release user')
    .addHelpText(
      'after',
      `
Examples:
  $ gantry tenant create retail
  $ gantry tenant create retail-cn --name 零售 --time-zone Asia/Shanghai --feature tag,quality`,
    )
    .action((code: string, options: CreateOptions, command: Command) =>
      withSession(command, async ({ gantry, output }) => {
        const created = await gantry.tenants.create({
          code,
          releaseRole: options.releaseRole,
          ...(options.name === undefined ? {} : { name: options.name }),
          ...(options.timeZone === undefined ? {} : { timeZone: options.timeZone }),
          ...(options.productVersion === undefined
            ? {}
            : { productVersion: options.productVersion }),
          ...(options.engine === undefined ? {} : { engines: options.engine }),
          // The client tells which modes and features there are.
          ...(options.engineMode === undefined ? {} : { engineMode: options.engineMode as never }),
          ...(options.feature === undefined ? {} : { features: options.feature as never[] }),
        });
        output.result(created, () => {
          printTenant(output, created);
          output.note(`Next: gantry tenant settings set --tenant ${code} --help`);
        });
      }),
    );
}
