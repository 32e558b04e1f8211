import type { Command } from 'commander';
import type { Gantry, Import, ImportInput, StartedImport } from '../../client';
import { createByteBar } from '../kit/byte-bar';
import { interruptible } from '../kit/interruptible';
import type { Output } from '../kit/output';
import { withSession } from '../kit/session';
import { printRun } from '../runs/print-run';
import { watchRun } from '../runs/watch-run';
import {
  addPackageOptions,
  addPlanOptions,
  toImportInput,
  type ImportOptions,
} from './import-options';
import { printImport } from './print-import';

/** Adds `gantry import check`, `plan` and `run`. */
export function registerStart(parent: Command): void {
  const check = parent
    .command('check')
    .description('Check a package against the tenant, from first to last byte; writes nothing.')
    .argument('<file>', 'a package file (.dp)');
  addPackageOptions(check)
    .addHelpText('after', checkHelp)
    .action((file: string, options: ImportOptions, command: Command) =>
      followed(command, { file, options, start: (gantry, input) => gantry.imports.check(input) }),
    );

  const plan = parent
    .command('plan')
    .description('Check a package and plan its import; writes nothing, prints the plan’s digest.')
    .argument('<file>', 'a package file (.dp)');
  addPlanOptions(addPackageOptions(plan))
    .addHelpText('after', planHelp)
    .action((file: string, options: ImportOptions, command: Command) =>
      followed(command, { file, options, start: (gantry, input) => gantry.imports.plan(input) }),
    );

  const run = parent
    .command('run')
    .description('Import a package, whole or not at all; prints the id of the import.')
    .argument('<file>', 'a package file (.dp)')
    .option('--wait', 'follow the run; ends with 0 only when the package is imported')
    .option('--expect-plan <digest>', 'apply nothing unless the plan has this digest');
  addPlanOptions(addPackageOptions(run))
    .addHelpText('after', runHelp)
    .action((file: string, options: ImportOptions & { wait?: true }, command: Command) =>
      options.wait === true
        ? followed(command, { file, options, start: (gantry, input) => gantry.imports.run(input) })
        : started(command, { file, options }),
    );
}

interface Asked {
  readonly file: string;
  readonly options: ImportOptions;
}

async function followed(
  command: Command,
  {
    start,
    ...asked
  }: Asked & { readonly start: (gantry: Gantry, input: ImportInput) => Promise<StartedImport> },
): Promise<void> {
  await withSession(command, async ({ gantry, output, tenant }) => {
    const code = await tenant();
    const begun = await uploading(output, (progress) =>
      start(gantry, { ...toImportInput(code, asked.file, asked.options), ...progress }),
    );
    output.note(begun.run);
    const run = await watchRun(gantry, output, begun.run);
    const shown = await gantry.imports.show({ tenant: code, import: begun.import });
    output.result({ ...shown, run }, () => {
      printRun(output, run);
      printImport(output, shown);
      adviseNext(output, asked.file, shown);
    });
  });
}

async function started(command: Command, { file, options }: Asked): Promise<void> {
  await withSession(command, async ({ gantry, output, tenant }) => {
    const code = await tenant();
    const begun = await uploading(output, (progress) =>
      gantry.imports.run({ ...toImportInput(code, file, options), ...progress }),
    );
    const link = gantry.runs.link({ run: begun.run });
    output.result({ ...begun, link }, () => output.line(begun.import));
    output.note(`follow it: gantry run watch ${begun.run}`);
  });
}

/** Shows how far the upload is, and ends it on Ctrl-C: the run is not there yet. */
async function uploading(
  output: Output,
  start: (progress: Pick<ImportInput, 'onProgress' | 'signal'>) => Promise<StartedImport>,
): Promise<StartedImport> {
  const bar = createByteBar(output);
  let begun: StartedImport | undefined;
  await interruptible(async (signal) => {
    try {
      begun = await start({ onProgress: bar.update, signal });
    } finally {
      bar.stop();
    }
  });
  if (begun === undefined) process.exit();
  return begun;
}

function adviseNext(output: Output, file: string, { state, until, planDigest }: Import): void {
  if (state === 'planned' && until === 'plan' && planDigest !== null) {
    output.note(`import it so: gantry import run ${file} --expect-plan ${planDigest} --wait`);
  }
  if (state === 'nothing to do') output.note('The tenant has all of it: nothing was changed.');
}

const checkHelp = `
Exit status: 0 without a finding of severity error, 5 with one.

Example:
  $ gantry import check june.dp --tenant retail-eu`;

const planHelp = `
Exit status: 0 where it can be applied, 5 where the check or the plan refuses it.

Examples:
  $ gantry import plan june.dp --tenant retail-eu
  $ gantry import plan june.dp --on-conflict skip --on-conflict-of shell=overwrite`;

const runHelp = `
Exit status with --wait: 0 when it is imported, or there was nothing to do; else 5.

Examples:
  $ gantry import run june.dp --tenant retail-eu --wait
  $ gantry import run june.dp --expect-plan 4be1…09 --on-conflict overwrite`;
