import type { Command } from 'commander';
import type { Gantry, ReleaseDraftInput } from '../../client';
import { offeredTypes } from '../../schemas/releases/scope';
import { withSession } from '../kit/session';
import { addDraftOptions, toDraft, type DraftOptions } from './draft-options';

/** Adds `gantry release create`. */
export function registerCreate(release: Command): void {
  addDraftOptions(
    release
      .command('create')
      .description('Save a draft and print its id; without a method it carries everything (full).'),
  )
    .addHelpText(
      'after',
      `
Examples:
  $ gantry release create --method incremental --from 2026-06-01 --to 2026-06-30 --project retail_dwd
  $ gantry release create --method objects --object compute_task:retail_dwd:daily_orders --with-dependencies
  $ gantry release create --method incremental --base rel_1a2b --name july
  $ gantry release create --method full --name everything.dp --create-table-statements`,
    )
    .action((options: DraftOptions, command: Command) =>
      withSession(command, async ({ gantry, output, tenant }) => {
        const code = await tenant();
        const draft = toDraft(
          options.base === undefined ? { method: 'full', ...options } : options,
          await findOffered(gantry, code),
        );
        const created = await gantry.releases.create({
          ...(draft as ReleaseDraftInput),
          tenant: code,
        });
        output.result(created, () => {
          output.line(created.id);
          output.note(
            `${created.name}: draft saved. Look at it: gantry release preview ${created.id}`,
          );
        });
      }),
    );
}

/** The types that a tenant is offered, for drafts that name none (REL-14). */
export async function findOffered(gantry: Gantry, tenant: string): Promise<readonly string[]> {
  const { features } = await gantry.tenants.show({ tenant });
  return offeredTypes(features);
}
