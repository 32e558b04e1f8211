import type { Command } from 'commander';
import type { SourceSettingsView } from '../../client';
import { PipelineError } from '../../schemas/pipeline-error';
import type { Output } from '../kit/output';
import { readCredential } from '../kit/read-credential';
import { withSession } from '../kit/session';
import { toObjectKey } from './filter-options';

interface SetOptions {
  readonly connection?: string;
  readonly authentication?: string;
}

/** Adds `gantry publish settings`: what sources came without is entered here (REL-45). */
export function registerPublishSettings(parent: Command): void {
  const settings = parent
    .command('settings')
    .description('Connection and authentication information that sources came without.');
  settings
    .command('show')
    .description('Show where the information of a source comes from, never what it is.')
    .argument('<source>', 'type:code, such as data_source:serving')
    .addHelpText('after', '\nExample:\n  $ gantry publish settings show data_source:serving')
    .action((key: string, _options: unknown, command: Command) =>
      withSession(command, async ({ gantry, output, tenant }) => {
        const ref = { tenant: await tenant(), ...toObjectKey(key) };
        printSettings(output, await gantry.publishing.settings(ref));
      }),
    );
  registerSet(settings);
  settings
    .command('clear')
    .description('Forget what was entered for a source.')
    .argument('<source>', 'type:code, such as data_source:serving')
    .addHelpText('after', '\nExample:\n  $ gantry publish settings clear data_source:serving')
    .action((key: string, _options: unknown, command: Command) =>
      withSession(command, async ({ gantry, output, tenant }) => {
        const ref = { tenant: await tenant(), ...toObjectKey(key) };
        printSettings(output, await gantry.publishing.clearSettings(ref));
      }),
    );
  settings
    .command('test')
    .description('Have a worker try whether a source can be reached.')
    .argument('<source>', 'type:code, such as data_source:serving')
    .addHelpText('after', '\nExample:\n  $ gantry publish settings test data_source:serving')
    .action((key: string, _options: unknown, command: Command) =>
      withSession(command, async ({ gantry, output, tenant }) => {
        const ref = { tenant: await tenant(), ...toObjectKey(key) };
        const tested = await gantry.publishing.testSettings(ref);
        if (!tested.reached) process.exitCode = 5;
        output.result(tested, () =>
          output.line(tested.reached ? 'reached' : `not reached: ${tested.reason ?? ''}`),
        );
      }),
    );
}

function registerSet(settings: Command): void {
  settings
    .command('set')
    .description('Enter what a source came without, as JSON in a file: it is stored encrypted.')
    .argument('<source>', 'type:code, such as data_source:serving')
    .option('--connection <file>', 'file with a JSON object; - for stdin')
    .option('--authentication <file>', 'file with a JSON object; - for stdin')
    .addHelpText(
      'after',
      '\nExample:\n  $ gantry publish settings set data_source:serving --connection serving.json --authentication -',
    )
    .action((key: string, options: SetOptions, command: Command) =>
      withSession(command, async ({ gantry, output, tenant }) => {
        const { connection, authentication } = options;
        const changed = await gantry.publishing.setSettings({
          ...{ tenant: await tenant(), ...toObjectKey(key) },
          ...(connection === undefined ? {} : { connection: await readMembers(connection) }),
          ...(authentication === undefined
            ? {}
            : { authentication: await readMembers(authentication) }),
        });
        printSettings(output, changed);
        output.note(`try it: gantry publish settings test ${key}`);
      }),
    );
}

function printSettings(output: Output, settings: SourceSettingsView): void {
  output.result(settings, () =>
    output.table(
      ['connection', 'authentication', 'tested', ''],
      [[settings.connection, settings.authentication, settings.testedAt, settings.testFailure]],
    ),
  );
}

/** A JSON object in a file; what is wrong with it is not repeated, as it may hold a secret. */
async function readMembers(path: string): Promise<Record<string, never>> {
  const content = await readCredential(path);
  try {
    return JSON.parse(content) as Record<string, never>;
  } catch {
    throw new PipelineError('InvalidInput', { settingsFile: path, why: 'is no JSON' });
  }
}
