import type { Command } from 'commander';
import { collect } from '../kit/collect';
import { parseCount } from '../kit/parse-count';
import { printable } from '../kit/printable';
import { withSession } from '../kit/session';
import { describeFinding } from '../kit/report-error';
import { printImport } from './print-import';

interface ListOptions {
  readonly search?: string;
  readonly state?: string[];
  readonly operator?: string;
  readonly limit: number;
  readonly cursor?: string;
}

/** Adds `gantry import list` and `show`. */
export function registerList(parent: Command): void {
  parent
    .command('list')
    .description('List the imports of a tenant, the newest first.')
    .option('--search <text>', 'a part of the file’s name')
    .option(
      '--state <state>',
      'in this state: imported, failed, "nothing to do", …; repeatable',
      collect,
    )
    .option('--operator <person>', 'asked for by this person')
    .option('--limit <count>', 'at most so many, up to 1,000', parseCount, 50)
    .option('--cursor <text>', 'go on where the page before ended')
    .addHelpText('after', '\nExample:\n  $ gantry import list --tenant retail-eu --state imported')
    .action(({ state, ...rest }: ListOptions, command: Command) =>
      withSession(command, async ({ gantry, output, tenant }) => {
        const page = await gantry.imports.list({
          ...rest,
          // The client tells which states there are.
          ...(state === undefined ? {} : { states: state as never }),
          tenant: await tenant(),
        });
        output.result(page, () => {
          output.table(
            ['import', 'what', 'source', 'state', 'written', 'by', 'when'],
            page.imports.map((one) => [
              one.id,
              one.kind === 'undo' ? `undo of ${one.undoes ?? ''}` : printable(one.fileName),
              one.sourceTenant,
              one.warning === null ? one.state : `${one.state} (${one.warning})`,
              one.counts?.writes,
              one.operator,
              one.createdAt.toISOString(),
            ]),
          );
          if (page.next !== null) output.note(`more: --cursor ${page.next}`);
        });
      }),
    );
  parent
    .command('show')
    .description('Show an import: its package, its plan in counts, its findings.')
    .argument('<id>', 'id of the import')
    .addHelpText('after', '\nExample:\n  $ gantry import show imp_1a2b --json')
    .action((id: string, _: unknown, command: Command) =>
      withSession(command, async ({ gantry, output, tenant }) => {
        const shown = await gantry.imports.show({ tenant: await tenant(), import: id });
        output.result(shown, () => {
          printImport(output, shown);
          if (shown.findings.length > 0) output.line();
          for (const finding of shown.findings) output.line(describeFinding(finding));
        });
      }),
    );
}
