import { writeFile } from 'node:fs/promises';
import { Option, type Command } from 'commander';
import { PipelineError } from '../../client';
import { withSession } from '../kit/session';

interface ExportKeyOptions {
  readonly format: 'json' | 'pem';
  readonly output?: string;
}

/** Adds `gantry key export`. */
export function registerExport(parent: Command): void {
  parent
    .command('export')
    .description('Write the public half of a key, by default of the one that signs.')
    .argument('[id]', '16 hex digits; gantry key list shows them')
    .addOption(
      new Option('--format <format>', 'of the file').choices(['json', 'pem']).default('json'),
    )
    .option('--output <file>', 'write it there instead of on stdout')
    .addHelpText(
      'after',
      `
Examples:
  $ gantry key export --tenant retail --output retail.key.json
  $ gantry key export --format pem | openssl pkey -pubin -text`,
    )
    .action((id: string | undefined, options: ExportKeyOptions, command: Command) =>
      withSession(command, async ({ gantry, output, tenant }) => {
        const ref = { tenant: await tenant(), ...(id === undefined ? {} : { key: id }) };
        const { pem, ...document } = await gantry.keys.export(ref);
        const text = options.format === 'pem' ? pem : `${JSON.stringify(document, null, 2)}\n`;
        if (options.output !== undefined) await write(options.output, text);
        output.result({ ...document, pem }, () => {
          if (options.output === undefined) output.line(text.trimEnd());
          else output.line(options.output);
          output.note(`Tell the key id by another way than the file: ${document.keyId}`);
        });
      }),
    );
}

async function write(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text);
  } catch (error) {
    throw new PipelineError('InvalidInput', { output: path }, { cause: error });
  }
}
