import type { Command } from 'commander';
import { withSession } from '../kit/session';

/** Adds `gantry catalog stats`. */
export function registerStats(catalog: Command): void {
  catalog
    .command('stats')
    .description(
      'Count what the catalog of a tenant holds, with a digest to compare two tenants by.',
    )
    .addHelpText(
      'after',
      `
Example:
  $ gantry catalog stats --tenant retail --json`,
    )
    .action((_options: unknown, command: Command) =>
      withSession(command, async ({ gantry, output, tenant }) => {
        const stats = await gantry.catalog.stats({ tenant: await tenant() });
        output.result(stats, () => {
          output.table(
            ['category', 'type', 'assets', 'bytes'],
            stats.types.map((row) => [row.category, row.type, row.assets, row.sizeBytes]),
          );
          output.line();
          output.line(`assets      ${stats.assets} (${stats.deleted} deleted)`);
          output.line(`bytes       ${stats.sizeBytes}`);
          output.line(
            `references  ${stats.references}, ${stats.danglingReferences} of them dangling`,
          );
          output.line(`digest      sha256 ${stats.digest}`);
        });
      }),
    );
}
