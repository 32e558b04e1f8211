import type { Command } from 'commander';
import type { SweepResult } from '../../client';
import { exitCodes } from '../kit/exit-codes';
import type { Output } from '../kit/output';
import { withSession } from '../kit/session';

/** `gantry upkeep`: the retention sweep of the installation (RUN-26). */
export function registerUpkeep(program: Command): void {
  const upkeep = program
    .command('upkeep')
    .description('Retention of the installation: what is past its time is removed every night.');
  upkeep
    .command('show')
    .description('When it is swept next, and what was swept last.')
    .addHelpText('after', '\nExample:\n  $ gantry upkeep show')
    .action((_: unknown, command: Command) =>
      withSession(command, async ({ gantry, output }) => {
        const shown = await gantry.upkeep.show();
        output.result(shown, () => {
          const when = shown.paused ? 'paused' : (shown.nextAt ?? 'not known');
          output.line(`next sweep: ${shown.scheduled ? when : 'not scheduled'}`);
          if (shown.last === null) return;
          output.line(`last sweep: ${shown.last.at}`);
          print(output, shown.last);
        });
      }),
    );
  upkeep
    .command('sweep')
    .description('Sweep now; ends with 0 only when every kind was swept.')
    .addHelpText('after', '\nExample:\n  $ gantry upkeep sweep')
    .action((_: unknown, command: Command) =>
      withSession(command, async ({ gantry, output }) => {
        const result = await gantry.upkeep.sweep();
        if (Object.keys(result.failed).length > 0) process.exitCode = exitCodes.unwanted;
        output.result(result, () => print(output, result));
      }),
    );
}

function print(output: Output, { swept, failed }: SweepResult): void {
  output.table(
    ['what', 'removed'],
    [...Object.entries(swept), ...Object.entries(failed).map(([kind, code]) => [kind, code])],
  );
}
