import type { Command } from 'commander';
import { parseCount } from '../kit/parse-count';
import { withSession } from '../kit/session';
import { registerOperations } from './operations';
import { printRun } from './print-run';
import { registerRerun } from './rerun';
import { watchRun } from './watch-run';

/** `gantry run`: what runs do, and what operators do with them (RUN-1, RUN-3). */
export function registerRun(program: Command): void {
  const run = program.command('run').description('follow and operate runs');
  run
    .command('list')
    .description('the runs of a tenant, the newest first')
    .option(
      '--status <status>',
      'only those: running, "waiting for approval", parked, succeeded, …',
    )
    .option('--limit <count>', 'at most so many', parseCount, 50)
    .addHelpText('after', '\nExample:\n  $ gantry run list --status parked')
    .action((_: unknown, command: Command) => list(command));
  run
    .command('show <run>')
    .description('a run with every step: state, attempts, progress, last error')
    .addHelpText('after', '\nExample:\n  $ gantry run show release-export/rel_1a2b/1')
    .action((id: string, _: unknown, command: Command) =>
      withSession(command, async ({ gantry, output }) => {
        const details = await gantry.runs.show({ run: id });
        output.result(details, () => printRun(output, details));
      }),
    );
  run
    .command('watch <run>')
    .description('follow a run to its end; ends with 0 only when it succeeded')
    .addHelpText('after', '\nExample:\n  $ gantry run watch release-export/rel_1a2b/1')
    .action((id: string, _: unknown, command: Command) =>
      withSession(command, async ({ gantry, output }) => {
        const ended = await watchRun(gantry, output, id);
        output.result(ended, () => printRun(output, ended));
      }),
    );
  registerOperations(run);
  registerRerun(run);
}

async function list(command: Command): Promise<void> {
  await withSession(command, async ({ gantry, output, tenant }) => {
    const { status, limit } = command.opts<{ readonly status?: string; readonly limit: number }>();
    const runs = await gantry.runs.list({
      tenant: await tenant(),
      limit,
      ...(status === undefined ? {} : { status }),
    });
    output.result(runs, () =>
      output.table(
        ['run', 'status', 'asked for by', 'started', 'ended'],
        runs.map((run) => [run.id, run.status, run.requestedBy, run.startedAt, run.endedAt]),
      ),
    );
  });
}
