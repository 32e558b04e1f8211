import type { Command } from 'commander';
import { withSession } from '../kit/session';

interface RerunOptions {
  readonly from: string;
  readonly requestId?: string;
}

/** Adds `gantry run rerun` (RUN-4). */
export function registerRerun(run: Command): void {
  run
    .command('rerun <run>')
    .description('start a closed run again from a step, with the results of the earlier steps')
    .requiredOption('--from <step>', 'the first step that is done anew')
    .option('--request-id <text>', 'the same one starts it once, however often it is given')
    .addHelpText(
      'after',
      '\nWhat was undone is made again; checks are always done anew.\n\nExample:\n  $ gantry run rerun release-export/rel_1a2b/1 --from collect',
    )
    .action((id: string, { from, requestId }: RerunOptions, command: Command) =>
      withSession(command, async ({ gantry, output }) => {
        const order = { run: id, step: from, ...(requestId === undefined ? {} : { requestId }) };
        const started = await gantry.runs.rerunFrom(order);
        output.result(started, () =>
          output.line(`${id}: again from ${from}, for the ${started.execution}. time`),
        );
      }),
    );
}
