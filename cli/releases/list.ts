import type { Command } from 'commander';
import type { Release } from '../../client';
import type { Output } from '../kit/output';
import { parseCount } from '../kit/parse-count';
import { describeFinding } from '../kit/report-error';
import { withSession } from '../kit/session';

interface ListOptions {
  readonly search?: string;
  readonly state?: string[];
  readonly method?: string[];
  readonly createdBy?: string;
  readonly createdFrom?: string;
  readonly createdTo?: string;
  readonly limit: number;
  readonly cursor?: string;
}

/** Adds `gantry release list` and `show`. */
export function registerList(release: Command): void {
  release
    .command('list')
    .description('List the releases of a tenant, the newest first.')
    .option('--search <text>', 'a part of the name')
    .option('--state <state...>', 'in these states: draft, exporting, exported, …')
    .option('--method <method...>', 'of these methods')
    .option('--created-by <person>', 'made by this person')
    .option('--created-from <date>', 'made on this day or later')
    .option('--created-to <date>', 'made on this day or earlier')
    .option('--limit <count>', 'at most so many, up to 1,000', parseCount, 50)
    .option('--cursor <text>', 'go on where the page before ended')
    .addHelpText('after', '\nExample:\n  $ gantry release list --state draft exported')
    .action(({ state, method, ...rest }: ListOptions, command: Command) =>
      withSession(command, async ({ gantry, output, tenant }) => {
        const page = await gantry.releases.list({
          ...rest,
          // The client tells which states and methods there are.
          ...(state === undefined ? {} : { states: state as never }),
          ...(method === undefined ? {} : { methods: method as never }),
          tenant: await tenant(),
        });
        output.result(page, () => {
          output.table(
            ['id', 'name', 'method', 'state', 'size', 'by', 'created', 'exported', 'expires'],
            page.releases.map((one) => [
              ...[one.id, one.name, one.method],
              one.warning === null ? one.state : `${one.state} (${one.warning})`,
              ...[one.sizeBytes, one.createdBy, one.createdAt.toISOString()],
              ...[one.exportedAt?.toISOString(), one.expiresAt?.toISOString()],
            ]),
          );
          if (page.next !== null) output.note(`more: --cursor ${page.next}`);
        });
      }),
    );
  release
    .command('show')
    .description('Show a release with its scope and its package.')
    .argument('<id>', 'id of the release')
    .addHelpText('after', '\nExample:\n  $ gantry release show rel_1a2b --json')
    .action((id: string, _: unknown, command: Command) =>
      withSession(command, async ({ gantry, output, tenant }) => {
        const found = await gantry.releases.show({ tenant: await tenant(), release: id });
        output.result(found, () => print(output, found));
      }),
    );
}

function print(output: Output, release: Release): void {
  const { package: file } = release;
  output.line(`${release.name} (${release.id})`);
  if (release.description !== '') output.line(release.description);
  output.line(
    `state       ${release.state}${release.warning === null ? '' : ` (${release.warning})`}`,
  );
  output.line(`created     ${release.createdAt.toISOString()} by ${release.createdBy}`);
  if (release.copiedFrom !== null) output.line(`copied from ${release.copiedFrom}`);
  output.line(`scope       ${JSON.stringify(release.scope)}`);
  output.line(`settings    ${JSON.stringify(release.exportSettings)}`);
  if (release.runId !== null) output.line(`run         ${release.runId}`);
  if (file !== null) {
    output.line(`package     ${file.id}, ${file.sizeBytes} bytes, ${file.counts.objects} objects`);
    output.line(`sha256      ${file.digest}`);
    if (file.chain !== null) {
      output.line(`continues   ${file.chain.basePackageId} as number ${file.chain.sequence}`);
    }
    output.line(
      `expires     ${file.expiresAt.toISOString()}${file.deletedAt === null ? '' : ', deleted'}`,
    );
    for (const warning of file.warnings) output.note(describeFinding(warning));
  }
  output.line(`possible    ${release.operations.join(', ')}`);
}
