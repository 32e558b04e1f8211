import type { CategoryOverview, RunDetails } from '../../client';
import { asPeople, followRun } from './follow-run';
import { demoTarget } from './import-workspace';

const people = {
  releaseUser: 'mara-okafor',
  approver: 'sofia-rossi',
  administrator: 'karl-brandt',
} as const;

/** What publishing in the second tenant came to; no run where nothing was to be published. */
export interface DemoPublishing {
  readonly run: RunDetails | null;
  readonly overview: readonly CategoryOverview[];
}

/** Publishes all that imports brought into the second tenant, approved by the two its policy wants. */
export function publishWorkspace(options: {
  readonly home: string;
  readonly note: (text: string) => void;
}): Promise<DemoPublishing> {
  const { home, note } = options;
  return asPeople(home, people, async ({ releaseUser, approver, administrator }) => {
    const { publishing } = releaseUser.gantry;
    const tenant = demoTarget;
    const before = await publishing.overview({ tenant });
    if (before.every(({ toBePublished }) => toBePublished === 0)) {
      note('nothing is to be published');
      return { run: null, overview: before };
    }
    const { run: runId } = await publishing.run({ tenant, all: true });
    const run = await followRun(runId, {
      by: releaseUser,
      approvers: [approver, administrator],
      note,
    });
    return { run, overview: await publishing.overview({ tenant }) };
  });
}
