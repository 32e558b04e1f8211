import type { Command } from 'commander';
import { documentPatch, type ObjectComparison } from '../../client';
import { collect } from '../kit/collect';
import type { Output } from '../kit/output';
import { parseCount } from '../kit/parse-count';
import { printable } from '../kit/printable';
import { printPatch } from '../kit/print-patch';
import { withSession } from '../kit/session';

interface ObjectOptions {
  readonly change?: string[];
  readonly type?: string[];
  readonly limit: number;
  readonly cursor?: string;
}

/** Adds `gantry import objects`, `references` and `diff`. */
export function registerPlanObjects(parent: Command): void {
  parent
    .command('objects')
    .description('The objects that a plan writes, keeps or cannot decide about.')
    .argument('<id>', 'id of the import')
    .option(
      '--change <change>',
      'new, changed, deleted, only-on-target-changed or conflict; repeatable',
      collect,
    )
    .option('--type <type>', 'of this type; repeatable', collect)
    .option('--limit <count>', 'at most so many, up to 1,000', parseCount, 100)
    .option('--cursor <text>', 'go on where the page before ended')
    .addHelpText('after', '\nExample:\n  $ gantry import objects imp_1a2b --change conflict')
    .action((id: string, { change, type, ...page }: ObjectOptions, command: Command) =>
      withSession(command, async ({ gantry, output, tenant }) => {
        const found = await gantry.imports.objects({
          ...{ tenant: await tenant(), import: id, ...page },
          // The client tells which changes and types there are.
          ...(change === undefined ? {} : { changes: change as never }),
          ...(type === undefined ? {} : { types: type as never }),
        });
        output.result(found, () => {
          output.table(
            ['change', 'decision', 'type', 'project', 'code'],
            found.objects.map((one) => [
              ...[one.change, one.decision, one.type],
              ...[one.project, one.code].map((text) => printable(text ?? '')),
            ]),
          );
          if (found.next !== null) output.note(`more: --cursor ${found.next}`);
        });
      }),
    );
  parent
    .command('references')
    .description('What objects of the package refer to and nobody has.')
    .argument('<id>', 'id of the import')
    .option('--limit <count>', 'at most so many, up to 1,000', parseCount, 100)
    .option('--cursor <text>', 'go on where the page before ended')
    .addHelpText('after', '\nExample:\n  $ gantry import references imp_1a2b')
    .action((id: string, page: { limit: number; cursor?: string }, command: Command) =>
      withSession(command, async ({ gantry, output, tenant }) => {
        const found = await gantry.imports.references({
          ...{ tenant: await tenant(), import: id, ...page },
        });
        output.result(found, () => {
          output.table(
            ['type', 'project', 'code', 'references', 'such as from'],
            found.references.map((one) => [
              ...[one.type, one.project, one.code].map((text) => printable(text ?? '')),
              one.referenceCount,
              printable(`${one.example.type} ${one.example.code}`),
            ]),
          );
          if (found.next !== null) output.note(`more: --cursor ${found.next}`);
        });
      }),
    );
  registerDiff(parent);
}

function registerDiff(parent: Command): void {
  parent
    .command('diff')
    .description('One object of a plan, field by field: what the import changes here.')
    .argument('<id>', 'id of the import')
    .argument('<type>', 'type of the object')
    .argument('<code>', 'code of the object')
    .option('--project <code>', 'its project; none for types of the tenant')
    .addHelpText(
      'after',
      '\nExample:\n  $ gantry import diff imp_1a2b shell clean --project retail_dwd',
    )
    .action((...[id, type, code, options, command]: DiffArguments) =>
      withSession(command, async ({ gantry, output, tenant }) => {
        const found = await gantry.imports.compare({
          ...{ tenant: await tenant(), import: id },
          object: { type: type as 'shell', project: options.project ?? null, code },
        });
        const patch = documentPatch(found.target.document ?? {}, found.incoming.document ?? {});
        output.result({ ...found, patch }, () => {
          output.line(`${found.change}, ${found.decision}`);
          printSides(output, found);
          printPatch(output, patch);
        });
      }),
    );
}

type DiffArguments = [
  id: string,
  type: string,
  code: string,
  options: { readonly project?: string },
  command: Command,
];

function printSides(output: Output, { base, target, incoming }: ObjectComparison): void {
  output.table(
    ['side', 'sha256', ''],
    [
      ['last import', base.digest, ''],
      ['here', target.digest, ''],
      ['package', incoming.digest, isUnknown(incoming) ? 'not stored yet' : ''],
    ],
  );
}

function isUnknown(side: ObjectComparison['incoming']): boolean {
  return side.digest !== null && side.document === null;
}
