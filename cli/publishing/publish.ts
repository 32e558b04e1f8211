import type { Command } from 'commander';
import { withSession } from '../kit/session';
import { registerPublishList } from './list';
import { registerPublishRun } from './run';
import { registerPublishSettings } from './settings';

/** Adds `gantry publish`: what imports brought goes online (REL-36 to REL-40, REL-45). */
export function registerPublish(program: Command): void {
  const publish = program
    .command('publish')
    .description('Publish what imports brought: see the list, choose, put it online.');
  registerOverview(publish);
  registerPublishList(publish);
  registerPublishRun(publish);
  registerReparse(publish);
  registerPublishSettings(publish);
}

function registerOverview(parent: Command): void {
  parent
    .command('overview')
    .description('Show how much of which category is published, waits, or failed.')
    .addHelpText('after', '\nExample:\n  $ gantry publish overview --tenant retail-eu')
    .action((_options: unknown, command: Command) =>
      withSession(command, async ({ gantry, output, tenant }) => {
        const categories = await gantry.publishing.overview({ tenant: await tenant() });
        output.result({ categories }, () =>
          output.table(
            [
              ...['category', 'total', 'to be published', 'not publishable', 'publishing'],
              ...['succeeded', 'with risks', 'failed'],
            ],
            categories.map((one) => [
              ...[one.category, one.total, one.toBePublished, one.notPublishable],
              ...[one.publishing, one.succeeded, one.succeededWithRisks, one.failed],
            ]),
          ),
        );
      }),
    );
}

function registerReparse(parent: Command): void {
  parent
    .command('reparse')
    .description('Judge anew what of the list is publishable, as after projects went online.')
    .addHelpText('after', '\nExample:\n  $ gantry publish reparse --tenant retail-eu')
    .action((_options: unknown, command: Command) =>
      withSession(command, async ({ gantry, output, tenant }) => {
        const counts = await gantry.publishing.reparse({ tenant: await tenant() });
        output.result(counts, () =>
          output.line(
            `${counts.toBePublished} to be published, ${counts.notPublishable} of them not publishable`,
          ),
        );
      }),
    );
}
