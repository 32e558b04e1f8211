import type { Command } from 'commander';
import { inspectPackageFile } from '../../client';
import { createOutput } from '../kit/output';
import type { GlobalOptions } from '../kit/session';
import { concludePackage, printFindings, printPackage } from './print-package';

/** Adds `gantry package inspect`. */
export function registerInspect(parent: Command): void {
  parent
    .command('inspect')
    .description('Show what a package file says about itself; content is not read.')
    .argument('<file>', 'a package file (.dp)')
    .addHelpText(
      'after',
      `
Exit status: 0 without a finding of severity error, 5 with one, 2 where the file cannot be read.

Examples:
  $ gantry package inspect june.dp
  $ gantry package inspect june.dp --json | jq .manifest.counts`,
    )
    .action(async (file: string, _options: unknown, command: Command) => {
      const output = createOutput({ json: command.optsWithGlobals<GlobalOptions>().json === true });
      const inspection = await inspectPackageFile({ file });
      output.result(inspection, () => {
        printPackage(output, inspection);
        printFindings(output, inspection.findings);
      });
      concludePackage(inspection.findings);
    });
}
