import type { Command } from 'commander';
import { withSession } from '../kit/session';

/** Adds `gantry tenant list`. */
export function registerList(tenant: Command): void {
  tenant
    .command('list')
    .description('List the tenants where you hold a role.')
    .addHelpText('after', '\nExample:\n  $ gantry tenant list --json')
    .action((_options: unknown, command: Command) =>
      withSession(command, async ({ gantry, output }) => {
        const tenants = await gantry.tenants.list();
        output.result({ tenants }, () =>
          output.table(
            ['code', 'name', 'time zone', 'version', 'mode'],
            tenants.map((one) => [one.code, one.name, one.timeZone, one.productVersion, one.mode]),
          ),
        );
      }),
    );
}
