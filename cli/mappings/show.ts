import type { Command } from 'commander';
import { parseCount } from '../kit/parse-count';
import { withSession } from '../kit/session';
import { printMapping } from './print-mapping';

interface VersionOptions {
  readonly source: string;
  readonly mappingVersion?: number;
}

/** Adds `gantry mapping list`, `show`, `export` and `history` (RUN-25). */
export function registerShow(mapping: Command): void {
  registerList(mapping);
  withVersion(mapping.command('show').description('Show the rules of a mapping.'))
    .addHelpText(
      'after',
      '\nExample:\n  $ gantry mapping show --source retail-dev --mapping-version 2',
    )
    .action((options: VersionOptions, command: Command) =>
      withSession(command, async ({ gantry, output, tenant }) => {
        const shown = await gantry.mappings.show(toRef(await tenant(), options));
        output.result(shown, () => printMapping(output, shown));
      }),
    );
  withVersion(mapping.command('export').description('Print a mapping as JSON, for import.'))
    .addHelpText(
      'after',
      '\nExample:\n  $ gantry mapping export --source retail-dev > mapping.json',
    )
    .action((options: VersionOptions, command: Command) =>
      withSession(command, async ({ gantry, output, tenant }) => {
        const shown = await gantry.mappings.show(toRef(await tenant(), options));
        const { source, version, digest, rules } = shown;
        output.line(JSON.stringify({ source, version, digest, rules }, null, 2));
      }),
    );
  registerHistory(mapping);
}

function toRef(tenant: string, { source, mappingVersion }: VersionOptions) {
  return { tenant, source, version: mappingVersion };
}

function registerList(mapping: Command): void {
  mapping
    .command('list')
    .description('List the mappings of the tenant, by source.')
    .addHelpText('after', '\nExample:\n  $ gantry mapping list --tenant retail')
    .action((_options: unknown, command: Command) =>
      withSession(command, async ({ gantry, output, tenant }) => {
        const mappings = await gantry.mappings.list({ tenant: await tenant() });
        output.result({ mappings }, () => {
          if (mappings.length === 0) output.line('No mappings.');
          else
            output.table(
              ['source', 'version', 'rules', 'by', 'at'],
              mappings.map((one) => [
                ...[one.source, one.version, one.ruleCount, one.createdBy, one.createdAt],
              ]),
            );
        });
      }),
    );
}

interface HistoryOptions {
  readonly source: string;
  readonly limit?: number;
  readonly before?: number;
}

function registerHistory(mapping: Command): void {
  mapping
    .command('history')
    .description('List the versions of a mapping, latest first, and what each changed.')
    .requiredOption('--source <code>', 'tenant that packages come from')
    .option('--limit <n>', 'up to 200, 50 if not given', parseCount)
    .option('--before <version>', 'only versions below this one', parseCount)
    .addHelpText('after', '\nExample:\n  $ gantry mapping history --source retail-dev --limit 10')
    .action((options: HistoryOptions, command: Command) =>
      withSession(command, async ({ gantry, output, tenant }) => {
        const versions = await gantry.mappings.history({ tenant: await tenant(), ...options });
        output.result({ versions }, () => {
          if (versions.length === 0) output.line('No versions.');
          else
            output.table(
              ['version', 'rules', 'added', 'changed', 'removed', 'by', 'at'],
              versions.map((one) => [
                ...[one.version, one.ruleCount, one.added, one.changed, one.removed],
                ...[one.createdBy, one.createdAt],
              ]),
            );
        });
      }),
    );
}

function withVersion(command: Command): Command {
  return command
    .requiredOption('--source <code>', 'tenant that packages come from')
    .option('--mapping-version <n>', 'this version; the latest if not given', parseCount);
}
