import type { Command } from 'commander';
import { withSession } from '../kit/session';
import { printTenant } from './print-tenant';

/** Adds `gantry tenant show`. */
export function registerShow(tenant: Command): void {
  tenant
    .command('show')
    .description('Show a tenant.')
    .argument('[code]', 'its code (default: the tenant you work in)')
    .addHelpText('after', '\nExample:\n  $ gantry tenant show retail')
    .action((code: string | undefined, _options: unknown, command: Command) =>
      withSession(command, async (session) => {
        const shown = await session.gantry.tenants.show({
          tenant: code ?? (await session.tenant()),
        });
        session.output.result(shown, () => printTenant(session.output, shown));
      }),
    );
}
