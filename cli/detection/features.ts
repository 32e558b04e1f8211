import type { Command } from 'commander';
import { withSession } from '../kit/session';

/** Adds `gantry detection features`. */
export function registerFeatures(detection: Command): void {
  detection
    .command('features')
    .description('List the detection features of a tenant, and why some cannot be used.')
    .option('--unsupported', 'only those that are not used as they stand')
    .addHelpText(
      'after',
      `
Examples:
  $ gantry detection features --tenant retail
  $ gantry detection features --unsupported --json`,
    )
    .action((options: { readonly unsupported?: boolean }, command: Command) =>
      withSession(command, async ({ gantry, output, tenant }) => {
        const all = await gantry.detection.features({ tenant: await tenant() });
        const features = options.unsupported
          ? all.filter(({ reasons }) => reasons.length > 0)
          : all;
        output.result({ features }, () => {
          output.table(
            ['feature', 'used', 'name'],
            features.map(({ code, supported, name }) => [code, supported ? 'yes' : 'no', name]),
          );
          for (const { reasons } of features) for (const reason of reasons) output.line(reason);
          const used = features.filter(({ supported }) => supported).length;
          output.note(`${used} of ${features.length} are used`);
        });
      }),
    );
}
