import type { Command } from 'commander';
import { collectOverride, overrideHelp, type GivenOverride } from '../kit/read-override';
import { withSession } from '../kit/session';

interface RerunOptions {
  readonly from: string;
  readonly requestId?: string;
  readonly override?: GivenOverride[];
}

/** Adds `gantry run rerun` (RUN-4). */
export function registerRerun(run: Command): void {
  run
    .command('rerun <run>')
    .description('start a closed run again from a step, with the results of the earlier steps')
    .requiredOption('--from <step>', 'the first step that is done anew')
    .option('--request-id <text>', 'the same one starts it once, however often it is given')
    .option('--override <override>', overrideHelp, collectOverride)
    .addHelpText(
      'after',
      '\nWhat was undone is made again; checks are always done anew.\n\nExample:\n  $ gantry run rerun release-export/rel_1a2b/1 --from collect',
    )
    .action((id: string, { from, requestId, override }: RerunOptions, command: Command) =>
      withSession(command, async ({ gantry, output }) => {
        const order = {
          run: id,
          step: from,
          ...(requestId === undefined ? {} : { requestId }),
          ...(override === undefined ? {} : { overrides: override }),
        };
        const started = await gantry.runs.rerunFrom(order);
        output.result(started, () =>
          output.line(`${id}: again from ${from}, for the ${started.execution}. time`),
        );
      }),
    );
}
