import type { ReleaseEvent } from '../../schemas/releases/release-state';
import type { Pipeline, SubjectEvent } from '../runs/pipeline';
import { moveRelease } from './move-release';
import { reopenExport } from './reopen-export';
import { summariseFrozenScope } from './summarise-frozen-scope';

const releaseEvents: Record<SubjectEvent, ReleaseEvent> = {
  'await approval': 'await approval',
  approve: 'approve',
  succeeded: 'succeed',
  'check failed': 'fail',
  rejected: 'reject',
  expired: 'reject',
  aborted: 'fail',
  cancelled: 'cancel',
};

/** Export runs: what they are about is a release, by its id. */
export const exportPipeline: Pipeline = {
  name: 'release.export',
  noun: 'export',
  approvalPolicy: (settings) => settings?.export_approval ?? null,
  summarise: (trx, run) => summariseFrozenScope(trx, run.id),
  async onEvent(trx, run, event) {
    await moveRelease(trx, run.subject, releaseEvents[event]);
  },
  reopen: reopenExport,
  startedBy: 'release.export',
};
