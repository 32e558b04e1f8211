import type { Command } from 'commander';
import { withSession } from '../kit/session';
import { findOffered } from './create';
import { addDraftOptions, toDraft, type DraftOptions } from './draft-options';

/** Adds `gantry release update`, `copy` and `delete`. */
export function registerUpdate(release: Command): void {
  addDraftOptions(
    release
      .command('update')
      .alias('edit')
      .description(
        'Change a draft, or a rejected, failed or cancelled release; what is not named stays.',
      )
      .argument('<id>', 'id of the release'),
  )
    .addHelpText(
      'after',
      `
Examples:
  $ gantry release update rel_1a2b --description "June, second try"
  $ gantry release update rel_1a2b --method incremental --from 2026-06-01 --to 2026-07-31 --project retail_dwd`,
    )
    .action((id: string, options: DraftOptions, command: Command) =>
      withSession(command, async ({ gantry, output, tenant }) => {
        const code = await tenant();
        const changes = toDraft(options, await findOffered(gantry, code));
        const updated = await gantry.releases.update({ ...changes, tenant: code, release: id });
        output.result(updated, () => {
          output.line(updated.id);
          output.note(`${updated.name}: saved, state ${updated.state}`);
        });
      }),
    );
  release
    .command('copy')
    .description('Make a new draft from any release and print its id.')
    .argument('<id>', 'id of the release')
    .addHelpText('after', '\nExample:\n  $ gantry release copy rel_1a2b')
    .action((id: string, _: unknown, command: Command) =>
      withSession(command, async ({ gantry, output, tenant }) => {
        const copy = await gantry.releases.copy({ tenant: await tenant(), release: id });
        output.result(copy, () => {
          output.line(copy.id);
          output.note(`${copy.name}: draft copied from ${id}`);
        });
      }),
    );
  release
    .command('delete')
    .description('Take a release off the list; its package goes when its retention ends.')
    .argument('<id>', 'id of the release')
    .addHelpText('after', '\nExample:\n  $ gantry release delete rel_1a2b')
    .action((id: string, _: unknown, command: Command) =>
      withSession(command, async ({ gantry, output, tenant }) => {
        await gantry.releases.delete({ tenant: await tenant(), release: id });
        output.result({ release: id, done: 'delete' }, () => output.line(`${id}: deleted`));
      }),
    );
}
