import type { Import, RunDetails } from '../../client';
import { asPeople, followRun } from './follow-run';

/** The example’s second tenant, where the package arrives. */
export const demoTarget = 'retail-eu';
const people = { releaseUser: 'mara-okafor', approver: 'sofia-rossi' } as const;

/** What the example import did. */
export interface DemoImport {
  readonly import: Import;
  readonly run: RunDetails;
}

/**
 * Imports a package into the second tenant as its people would: check, plan, look at the plan, then
 * import exactly that plan, with its approval. What is there already is not written again.
 */
export function importWorkspace(options: {
  readonly home: string;
  readonly file: string;
  readonly note: (text: string) => void;
}): Promise<DemoImport> {
  const { home, file, note } = options;
  return asPeople(home, people, async ({ releaseUser, approver }) => {
    const { imports } = releaseUser.gantry;
    const following = { by: releaseUser, approvers: [approver], note };
    const target = { tenant: demoTarget, file };

    await followRun((await imports.check(target)).run, following);
    note(`checked against ${demoTarget}: whole, sealed with its credential, made for its version`);

    const planned = await imports.plan(target);
    await followRun(planned.run, following);
    const { counts, planDigest } = await imports.show({
      tenant: demoTarget,
      import: planned.import,
    });
    note(
      `planned: ${counts?.new ?? 0} new, ${counts?.changed ?? 0} changed, ${counts?.same ?? 0} the same, ` +
        `${counts?.missingReferences ?? 0} references to nothing`,
    );

    const started = await imports.run({
      ...target,
      ...(planDigest === null ? {} : { expectedPlan: planDigest }),
    });
    const run = await followRun(started.run, following);
    return { run, import: await imports.show({ tenant: demoTarget, import: started.import }) };
  });
}
