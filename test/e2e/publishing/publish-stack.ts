import type { RunDetails } from '../../../client';
import { createGantryStack, type GantryStack, type StackOptions } from '../../support/gantry-stack';
import { ended } from '../runs/run-world';

export const tenant = 'retail';

/** A stack whose catalog is listed for publishing, as an import of all of it would. */
export async function createPublishStack(options: StackOptions = {}): Promise<GantryStack> {
  const stack = await createGantryStack(options);
  await listAll(stack);
  return stack;
}

/** Lists what of the tenant's catalog production does not run. */
export async function listAll({ database }: GantryStack): Promise<void> {
  await database.raw(
    `insert into publish_objects (asset_id, tenant_id, change_type, import_id)
     select a.id, a.tenant_id, case when online.asset_id is null then 'new' else 'changed' end,
       'imp_' || a.version
     from assets a left join online_assets online on online.asset_id = a.id
     where a.deleted_at is null and online.digest is distinct from a.digest
     on conflict (asset_id) do update
     set import_id = excluded.import_id, status = 'to be published', findings = '[]'`,
  );
}

/** Starts the publishing of everything; gives the run. */
export async function startPublishing(stack: GantryStack): Promise<string> {
  return (await stack.person('mara').publishing.run({ tenant, all: true })).run;
}

/** Publishes everything, and waits for the end. */
export async function published(stack: GantryStack): Promise<RunDetails> {
  return ended(stack, await startPublishing(stack));
}

/** Codes of what production runs, each as often as it is there. */
export async function onlineCodes({ database }: GantryStack): Promise<string[]> {
  const rows = await database('online_assets as online')
    .join('assets as a', 'a.id', 'online.asset_id')
    .orderBy(['a.project', 'a.code'])
    .select<{ project: string; code: string }[]>('a.project', 'a.code');
  return rows.map(({ project, code }) => (project === '' ? code : `${project}/${code}`));
}
