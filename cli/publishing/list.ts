import type { Command } from 'commander';
import type { PublishObject } from '../../client';
import { collect } from '../kit/collect';
import { parseCount } from '../kit/parse-count';
import type { Output } from '../kit/output';
import { printPatch } from '../kit/print-patch';
import { printable } from '../kit/printable';
import { describeFinding } from '../kit/report-error';
import { withSession } from '../kit/session';
import { addFilterOptions, toFilter, toObjectKey, type FilterOptions } from './filter-options';

interface ListOptions extends FilterOptions {
  readonly status?: string[];
  readonly publishable?: true;
  readonly hindered?: true;
  readonly limit: number;
  readonly cursor?: string;
}

/** Adds `gantry publish list` and `show`. */
export function registerPublishList(parent: Command): void {
  addFilterOptions(
    parent
      .command('list')
      .description('List what is to be published, and what became of it.')
      .option('--status <status...>', 'in this status: "to be published", failed, …', collect),
  )
    .option('--publishable', 'only what nothing hinders')
    .option('--hindered', 'only what something hinders')
    .option('--limit <count>', 'at most so many, up to 1,000', parseCount, 100)
    .option('--cursor <text>', 'go on where the page before ended')
    .addHelpText('after', listHelp)
    .action((options: ListOptions, command: Command) =>
      withSession(command, async ({ gantry, output, tenant }) => {
        const { status, publishable, hindered, limit, cursor } = options;
        const page = await gantry.publishing.list({
          ...(await toFilter(options)),
          ...(status === undefined ? {} : { statuses: status as never }),
          ...(publishable === true ? { publishable } : {}),
          ...(hindered === true ? { publishable: false } : {}),
          ...(cursor === undefined ? {} : { cursor }),
          ...{ tenant: await tenant(), limit },
        });
        output.result(page, () => {
          printObjects(output, page.objects);
          for (const name of page.notFound) output.note(`not on the list: ${printable(name)}`);
          if (page.next !== null) output.note(`more: --cursor ${page.next}`);
        });
      }),
    );
  parent
    .command('show')
    .description('Show an object of the list, and how its version differs from what is online.')
    .argument('<object>', 'type:code or type:project:code')
    .addHelpText(
      'after',
      '\nExample:\n  $ gantry publish show compute_task:retail_dwd:daily_orders --tenant retail-eu',
    )
    .action((key: string, _options: unknown, command: Command) =>
      withSession(command, async ({ gantry, output, tenant }) => {
        const shown = await gantry.publishing.show({ tenant: await tenant(), ...toObjectKey(key) });
        output.result(shown, () => {
          const { object } = shown;
          printObjects(output, [object]);
          for (const finding of object.findings) output.line(describeFinding(finding));
          output.line(
            `online: ${object.onlineVersion ?? 'nothing'}, submitted: version ${object.version}`,
          );
          printPatch(output, shown.patch);
        });
      }),
    );
}

function printObjects(output: Output, objects: readonly PublishObject[]): void {
  output.table(
    ['type', 'object', 'name', 'status', 'completed', 'change', 'in production', 'hindered by'],
    objects.map((one) => [
      one.type,
      printable(one.project === null ? one.code : `${one.project}/${one.code}`),
      printable(one.name),
      one.findings[0] === undefined ? one.status : `${one.status} (${one.findings[0].code})`,
      one.completedAt,
      one.changedHere ? `${one.changeType}, then changed here` : one.changeType,
      one.productionChange,
      one.obstacles.join(', '),
    ]),
  );
}

const listHelp = `
Examples:
  $ gantry publish list --tenant retail-eu --status failed
  $ gantry publish list --category development --names names.txt --json`;
