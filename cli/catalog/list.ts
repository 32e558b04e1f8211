import type { Command } from 'commander';
import { withSession } from '../kit/session';
import { parseCount } from '../kit/parse-count';

interface ListOptions {
  readonly type?: string;
  readonly project?: string;
  readonly segment?: string;
  readonly search?: string;
  readonly changedFrom?: string;
  readonly changedTo?: string;
  readonly deleted?: boolean;
  readonly limit: number;
  readonly cursor?: string;
}

/** Adds `gantry catalog list`. */
export function registerList(catalog: Command): void {
  catalog
    .command('list')
    .description('List the assets of a tenant, by type, project and code.')
    .option('--type <type>', 'assets of this type')
    .option('--project <code>', 'assets of this project')
    .option('--segment <code>', 'assets of this data segment')
    .option('--search <text>', 'a part of the code or the name')
    .option('--changed-from <time>', 'last changed at this RFC 3339 time or later')
    .option('--changed-to <time>', 'last changed before this RFC 3339 time')
    .option('--deleted', 'the deleted ones')
    .option('--limit <count>', 'at most so many, up to 1,000', parseCount, 100)
    .option('--cursor <text>', 'go on where the page before ended')
    .addHelpText(
      'after',
      `
Examples:
  $ gantry catalog list --type compute_task --search daily
  $ gantry catalog list --changed-from 2026-06-01T00:00:00+08:00 --json`,
    )
    .action((options: ListOptions, command: Command) =>
      withSession(command, async ({ gantry, output, tenant }) => {
        const { type, ...rest } = options;
        const page = await gantry.catalog.list({
          ...rest,
          // The client tells which types there are.
          ...(type === undefined ? {} : { type: type as never }),
          tenant: await tenant(),
        });
        output.result(page, () => {
          output.table(
            ['type', 'project', 'code', 'name', 'version', 'changed'],
            page.assets.map((asset) => [
              ...[asset.type, asset.project, asset.code, asset.name],
              ...[asset.version, asset.changedAt],
            ]),
          );
          if (page.next !== null) output.note(`more: --cursor ${page.next}`);
        });
      }),
    );
}
