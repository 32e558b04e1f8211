import type { Command } from 'commander';
import { withSession } from '../kit/session';
import { printRun } from '../runs/print-run';
import { watchRun } from '../runs/watch-run';

/** Adds `gantry import undo`. */
export function registerUndo(parent: Command): void {
  parent
    .command('undo')
    .description('Undo an import: what was there before it comes back, whole or not at all.')
    .argument('<id>', 'id of the import')
    .option('--wait', 'follow the run; ends with 0 only when it is undone')
    .addHelpText('after', '\nExample:\n  $ gantry import undo imp_1a2b --wait')
    .action((id: string, { wait }: { readonly wait?: true }, command: Command) =>
      withSession(command, async ({ gantry, output, tenant }) => {
        const begun = await gantry.imports.undo({ tenant: await tenant(), import: id });
        if (wait !== true) {
          output.result({ ...begun, link: gantry.runs.link(begun) }, () =>
            output.line(begun.import),
          );
          output.note(`follow it: gantry run watch ${begun.run}`);
          return;
        }
        output.note(begun.run);
        const ended = await watchRun(gantry, output, begun.run);
        output.result(ended, () => printRun(output, ended));
      }),
    );
}
