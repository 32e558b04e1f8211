import type { Command } from 'commander';
import type { Gantry, PublishingStarted } from '../../client';
import { exitCodes } from '../kit/exit-codes';
import { withSession } from '../kit/session';
import { printRun } from '../runs/print-run';
import { watchRun } from '../runs/watch-run';
import { addFilterOptions, collectObject, toFilter, type FilterOptions } from './filter-options';

type RunInput = Parameters<Gantry['publishing']['run']>[0];

interface StartOptions {
  readonly requestId?: string;
  readonly wait?: true;
}

interface RunOptions extends StartOptions, FilterOptions {
  readonly object?: NonNullable<RunInput['objects']>;
  readonly all?: true;
}

/** Adds `gantry publish run` and `retry`. */
export function registerPublishRun(parent: Command): void {
  const run = parent
    .command('run')
    .description('Publish one, selected or all objects of the list; prints the id of the run.')
    .option('--object <object>', 'type:code or type:project:code; repeatable', collectObject)
    .option('--all', 'everything that is to be published');
  addStartOptions(addFilterOptions(run))
    .addHelpText('after', runHelp)
    .action((options: RunOptions, command: Command) =>
      start(command, options, async (gantry, tenant) =>
        gantry.publishing.run({ ...(await toRequest(options)), tenant }),
      ),
    );
  const retry = parent
    .command('retry')
    .description('Publish again what failed, and what was blocked by it.')
    .option('--publishing <id>', 'only what failed in this publishing');
  addStartOptions(retry)
    .addHelpText('after', '\nExample:\n  $ gantry publish retry --tenant retail-eu --wait')
    .action((options: StartOptions & { publishing?: string }, command: Command) =>
      start(command, options, async (gantry, tenant) => {
        const { publishing, requestId } = options;
        return gantry.publishing.retry({
          tenant,
          ...(publishing === undefined ? {} : { publishing }),
          ...(requestId === undefined ? {} : { requestId }),
        });
      }),
    );
}

function addStartOptions(command: Command): Command {
  return command
    .option('--request-id <text>', 'the same one starts it once, however often it is given')
    .option('--wait', 'follow the run; ends with 0 only when nothing failed');
}

async function toRequest(options: RunOptions): Promise<Omit<RunInput, 'tenant'>> {
  const { object, all, requestId } = options;
  const filter = await toFilter(options);
  return {
    ...(object === undefined ? {} : { objects: object }),
    ...(all === undefined ? {} : { all }),
    ...(Object.keys(filter).length === 0 ? {} : { filter }),
    ...(requestId === undefined ? {} : { requestId }),
  };
}

async function start(
  command: Command,
  { wait }: StartOptions,
  begin: (gantry: Gantry, tenant: string) => Promise<PublishingStarted>,
): Promise<void> {
  await withSession(command, async ({ gantry, output, tenant }) => {
    const started = await begin(gantry, await tenant());
    if (wait !== true) {
      const link = gantry.runs.link({ run: started.run });
      output.result({ ...started, link }, () => output.line(started.run));
      output.note(`follow it: gantry run watch ${started.run}`);
      return;
    }
    output.note(started.run);
    const ended = await watchRun(gantry, output, started.run);
    const result = ended.report?.result ?? {};
    if (Number(result['failed'] ?? 0) > 0) process.exitCode = exitCodes.unwanted;
    output.result({ ...started, run: ended }, () => {
      printRun(output, ended);
      output.table(
        ['published', 'with risks', 'failed', 'of these blocked', 'not publishable'],
        [
          [
            ...[result['succeeded'], result['succeededWithRisks'], result['failed']],
            ...[result['blocked'], result['notPublishable']],
          ],
        ],
      );
    });
  });
}

const runHelp = `
Exit status with --wait: 0 when everything chosen is online, 5 when something failed.

Examples:
  $ gantry publish run --all --tenant retail-eu --wait
  $ gantry publish run --object project:retail_dwd --object shell:retail_dwd:nightly
  $ gantry publish run --category development --change new changed`;
