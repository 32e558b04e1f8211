import type { Command } from 'commander';
import { doctor } from '../../local/doctor';
import { downStack } from '../../local/down-stack';
import { stackStatus, type StackStatus } from '../../local/stack-status';
import { upStack } from '../../local/up-stack';
import { exitCodes } from '../kit/exit-codes';
import { createOutput, type Output } from '../kit/output';
import { parseCount } from '../kit/parse-count';
import { resolveHome, type GlobalOptions } from '../kit/session';

interface UpOptions extends GlobalOptions {
  readonly foreground?: boolean;
  readonly workers: number;
}

/** `gantry up|down|status|doctor`: the embedded stack on this machine (RUN-16). */
export function registerStack(program: Command): void {
  program
    .command('up')
    .description('start the embedded stack: PostgreSQL, Temporal with its UI, S3 store, workers')
    .option('--foreground', 'stay until Ctrl-C')
    .option('--workers <count>', 'worker processes', parseCount, 1)
    .addHelpText('after', '\nExample:\n  $ gantry up --workers 2')
    .action((_: unknown, command: Command) => up(command));
  program
    .command('down')
    .description('stop the embedded stack; its data stays')
    .addHelpText('after', '\nExample:\n  $ gantry down')
    .action((_: unknown, command: Command) => down(command));
  program
    .command('status')
    .description('show what runs of the embedded stack and where')
    .addHelpText('after', '\nExample:\n  $ gantry status --json')
    .action((_: unknown, command: Command) => status(command));
  program
    .command('doctor')
    .description('check every part of this machine’s stack and say what to do')
    .addHelpText('after', '\nExample:\n  $ gantry doctor')
    .action((_: unknown, command: Command) => examine(command));
}

function contextOf(command: Command): { readonly home: string; readonly output: Output } {
  const options = command.optsWithGlobals<GlobalOptions>();
  return { home: resolveHome(options.home), output: createOutput({ json: options.json === true }) };
}

async function up(command: Command): Promise<void> {
  const { home, output } = contextOf(command);
  const { foreground = false, workers } = command.optsWithGlobals<UpOptions>();
  const reached = await upStack({
    home,
    foreground,
    workerCount: workers,
    onProgress: (part) => output.note(`${part.name}: ${part.state}`),
    log: (line) => output.note(line),
  });
  output.result(reached, () => printStatus(output, reached));
}

async function down(command: Command): Promise<void> {
  const { home, output } = contextOf(command);
  const stopped = await downStack({ home });
  output.result({ home, stopped }, () =>
    output.line(stopped ? `stopped; the data stays in ${home}` : `no stack runs in ${home}`),
  );
}

function status(command: Command): void {
  const { home, output } = contextOf(command);
  const found = stackStatus({ home });
  output.result(found, () => printStatus(output, found));
  if (found.state !== 'running') process.exitCode = exitCodes.unavailable;
}

async function examine(command: Command): Promise<void> {
  const { home, output } = contextOf(command);
  const checks = await doctor({ home });
  output.result({ home, checks }, () => {
    output.table(
      ['', 'check', 'what was found'],
      checks.map(({ ok, name, detail }) => [ok ? 'ok' : '!!', name, detail]),
    );
    for (const { ok, name, fix } of checks) if (!ok) output.line(`${name}: ${fix ?? ''}`);
  });
  if (checks.some((check) => !check.ok)) process.exitCode = exitCodes.unwanted;
}

function printStatus(output: Output, { home, state, parts }: StackStatus): void {
  output.line(`stack in ${home}: ${state}`);
  output.table(
    ['part', 'state', 'pid', 'port', 'restarts', 'address'],
    parts.map((part) => [part.name, part.state, part.pid, part.port, part.restarts, part.url]),
  );
}
