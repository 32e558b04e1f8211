import { createInterface } from 'node:readline/promises';
import type { Command } from 'commander';
import type { RunOperation } from '../../client';
import type { ManyAction } from '../../schemas/runs/run-selection';
import { exitCodes } from '../kit/exit-codes';
import { withSession, type Session } from '../kit/session';

interface OperationOptions {
  readonly note: string;
  readonly all?: boolean;
  readonly status?: string;
  readonly pipeline?: string;
  readonly subject?: string;
  readonly step?: string;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
}

const operations: Readonly<Record<ManyAction, string>> = {
  retry: 'run the parked step again',
  skip: 'go on without the parked step, where it says that it can be skipped',
  abort: 'give a parked run up and undo what it did',
  pause: 'hold a run before its next step',
  resume: 'let a paused run go on',
  cancel: 'stop a run and undo what it did',
};

/** Adds what operators do to a run, to several, or to all that fit (RUN-3). */
export function registerOperations(run: Command): void {
  for (const action of Object.keys(operations) as ManyAction[]) {
    run
      .command(`${action} [runs...]`)
      .description(operations[action])
      .option('--note <text>', 'why; it is audited', '')
      .option('--all', 'every open run of the tenant that fits')
      .option('--status <status>', 'with --all: only those that do this')
      .option('--pipeline <pipeline>', 'with --all: only those, such as release.export')
      .option('--subject <id>', 'with --all: only those about this, such as a release')
      .option('--step <step>', 'with --all: only those that are at this step')
      .option('--dry-run', 'tell what would be done, and do nothing')
      .option('--yes', 'do not ask')
      .addHelpText(
        'after',
        `\nExamples:\n  $ gantry run ${action} release-export/rel_1a2b/1 --as olga\n  $ gantry run ${action} --all --pipeline release.export --step upload --dry-run`,
      )
      .action((runs: string[], options: OperationOptions, command: Command) => {
        if (runs.length === 0 && options.all !== true)
          command.error('error: name a run, or give --all');
        if (runs.length > 0 && options.all === true)
          command.error('error: name runs or give --all, not both');
        return withSession(command, (session) => operate(session, { action, runs, options }));
      });
  }
}

interface Operating {
  readonly action: ManyAction;
  readonly runs: readonly string[];
  readonly options: OperationOptions;
}

async function operate(session: Session, operating: Operating): Promise<void> {
  const { runs, options } = operating;
  const [run] = runs;
  if (runs.length === 1 && run !== undefined && options.dryRun !== true)
    await operateOne(session, operating, run);
  else await operateMany(session, operating);
}

async function operateOne(
  { gantry, output }: Session,
  { action, options }: Operating,
  run: string,
): Promise<void> {
  if (action === 'cancel') {
    await gantry.runs.cancel({ run });
    output.result({ run, asked: 'cancel' }, () => output.line(`${run}: cancellation asked for`));
    return;
  }
  await gantry.runs[action]({ run, note: options.note });
  output.result({ run, done: action }, () => output.line(`${run}: ${action}`));
}

async function operateMany(session: Session, { action, runs, options }: Operating): Promise<void> {
  const { gantry, output } = session;
  const { note, status, pipeline, subject, step } = options;
  const filter = {
    ...(runs.length === 0 ? {} : { runs: [...runs] }),
    ...(status === undefined ? {} : { status }),
    ...(pipeline === undefined ? {} : { pipeline }),
    ...(subject === undefined ? {} : { subject }),
    ...(step === undefined ? {} : { step }),
  };
  const order = { tenant: await session.tenant(), filter, action, note };
  const planned = await gantry.runs.operateMany({ ...order, dryRun: true });
  if (options.dryRun === true || planned.length === 0) {
    output.result(planned, () => print(session, planned));
    return;
  }
  if (options.yes !== true && output.interactive && !(await agreed(session, action, planned))) {
    output.note('nothing done');
    return;
  }
  // What was listed is what is done, not what fits by now.
  const listed = { runs: planned.map((one) => one.run) };
  const done = await gantry.runs.operateMany({ ...order, filter: listed });
  if (done.some((one) => one.outcome === 'refused')) process.exitCode = exitCodes.unwanted;
  output.result(done, () => print(session, done));
}

async function agreed(
  session: Session,
  action: ManyAction,
  planned: readonly RunOperation[],
): Promise<boolean> {
  print(session, planned);
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test(await terminal.question(`${action} ${planned.length} runs? [y/N] `));
  } finally {
    terminal.close();
  }
}

function print({ output }: Session, operated: readonly RunOperation[]): void {
  output.table(
    ['run', 'status', 'step', 'outcome', 'code'],
    operated.map((one) => [one.run, one.status, one.step, one.outcome, one.code]),
  );
  if (operated.length === 0) output.note('no run fits');
}
