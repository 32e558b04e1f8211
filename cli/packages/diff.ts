import type { Command } from 'commander';
import { diffPackageFiles, type PackageDiff, type PackageDifference } from '../../client';
import { exitCodes } from '../kit/exit-codes';
import { createOutput, type Output } from '../kit/output';
import { printable } from '../kit/printable';
import { printPatch } from '../kit/print-patch';
import type { GlobalOptions } from '../kit/session';

interface Options {
  readonly names?: true;
}

/** Differences that `--json` holds in memory and prints. */
const differencesAtMost = 100_000;

/** Adds `gantry package diff`. */
export function registerDiff(parent: Command): void {
  parent
    .command('diff')
    .description('Compare the objects of two package files, field by field.')
    .argument('<left>', 'a package file (.dp)')
    .argument('<right>', 'another one')
    .option('--names', 'only which objects differ')
    .addHelpText(
      'after',
      `
Exit status: 0 where they are the same, 5 where they differ.

Examples:
  $ gantry package diff may.dp june.dp
  $ gantry package diff may.dp june.dp --json | jq '.differences[] | select(.change == "changed")'`,
    )
    .action(async (...[left, right, options, command]: [string, string, Options, Command]) => {
      const json = command.optsWithGlobals<GlobalOptions>().json === true;
      const output = createOutput({ json });
      const differences: PackageDifference[] = [];
      const diff = await diffPackageFiles({
        left,
        right,
        onDifference(difference) {
          if (!json) printDifference(output, difference, options.names === true);
          else if (differences.length < differencesAtMost) differences.push(difference);
        },
      });
      const { added, removed, changed, same } = diff;
      output.result({ added, removed, changed, same, differences }, () =>
        printCounts(output, diff),
      );
      if (added + removed + changed > 0) process.exitCode = exitCodes.unwanted;
    });
}

function printDifference(output: Output, difference: PackageDifference, namesOnly: boolean): void {
  const { change, type, project, code, patch } = difference;
  const name = [type, project, code].filter((part) => part !== null).join(' ');
  output.line(`${marks[change]} ${printable(name)}`);
  if (!namesOnly) printPatch(output, patch);
}

function printCounts(output: Output, { added, removed, changed, same }: PackageDiff): void {
  output.line(`${added} added, ${removed} removed, ${changed} changed, ${same} the same`);
}

const marks = { added: '+', removed: '-', changed: '~' } as const;
