import type { Command } from 'commander';
import { collectOverride, overrideHelp, type GivenOverride } from '../kit/read-override';
import { withSession } from '../kit/session';
import { printRun } from '../runs/print-run';
import { watchRun } from '../runs/watch-run';

interface ExportOptions {
  readonly wait?: boolean;
  readonly override?: GivenOverride[];
}

/** Adds `gantry release export` and `gantry release cancel`. */
export function registerExport(release: Command): void {
  release
    .command('export')
    .description('Start the export of a release; prints the id of its run.')
    .argument('<id>', 'id of the release')
    .option('--wait', 'follow the run; ends with 0 only when the package is registered')
    .option('--override <override>', overrideHelp, collectOverride)
    .addHelpText(
      'after',
      '\nExamples:\n  $ gantry release export rel_1a2b --wait\n  $ gantry release export rel_1a2b --override "SecretSuspected@shell/sales/load=a sample"',
    )
    .action((id: string, { wait, override }: ExportOptions, command: Command) =>
      withSession(command, async ({ gantry, output, tenant }) => {
        const run = await gantry.releases.export({
          tenant: await tenant(),
          release: id,
          ...(override === undefined ? {} : { overrides: override }),
        });
        if (wait !== true) {
          output.result({ run, link: gantry.runs.link({ run }) }, () => output.line(run));
          output.note(`follow it: gantry run watch ${run}`);
          return;
        }
        output.note(run);
        const ended = await watchRun(gantry, output, run);
        output.result(ended, () => printRun(output, ended));
      }),
    );
  release
    .command('cancel')
    .description('Cancel the export under way; what it did is undone.')
    .argument('<id>', 'id of the release')
    .addHelpText('after', '\nExample:\n  $ gantry release cancel rel_1a2b')
    .action((id: string, _: unknown, command: Command) =>
      withSession(command, async ({ gantry, output, tenant }) => {
        await gantry.releases.cancel({ tenant: await tenant(), release: id });
        output.result({ release: id, asked: 'cancel' }, () =>
          output.line(`${id}: cancellation asked for`),
        );
      }),
    );
}
