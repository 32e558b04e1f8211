import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { InvalidArgumentError, type Command } from 'commander';
import { PipelineError } from '../../client';
import { withSession } from '../kit/session';
import { parseMappingText } from './mapping-text';
import { printSaved } from './print-mapping';

interface ImportOptions {
  readonly source: string;
  readonly expectVersion?: number;
}

/** Adds `gantry mapping import` (RUN-25). */
export function registerImport(mapping: Command): void {
  mapping
    .command('import')
    .description('Make a new version from a file; its rules replace all there are.')
    .argument('<file>', 'JSON with "rules", as export prints it; - for stdin')
    .requiredOption('--source <code>', 'tenant that packages come from')
    .option('--expect-version <n>', 'only if this is the latest version; 0 for none', parseVersion)
    .addHelpText(
      'after',
      '\nExample:\n  $ gantry mapping import mapping.json --source retail-dev --expect-version 3',
    )
    .action((file: string, options: ImportOptions, command: Command) =>
      withSession(command, async ({ gantry, output, ...session }) => {
        const { rules, source } = parseMappingText(await readText(file));
        if (source !== undefined && source !== options.source)
          output.note(`The file was exported from the mapping for ${source}.`);
        const saved = await gantry.mappings.save({
          ...{ tenant: await session.tenant(), source: options.source, rules },
          expectedVersion: options.expectVersion,
        });
        printSaved(output, saved);
      }),
    );
}

function parseVersion(value: string): number {
  if (!/^\d{1,9}$/.test(value)) throw new InvalidArgumentError('Give a whole number from 0.');
  return Number(value);
}

async function readText(file: string): Promise<string> {
  try {
    return file === '-' ? await text(process.stdin) : await readFile(file, 'utf8');
  } catch (error) {
    throw new PipelineError('InvalidInput', { file }, { cause: error });
  }
}
