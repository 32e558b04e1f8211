import { describe, expect, it } from '@jest/globals';
import {
  allowsOperation,
  nextReleaseState,
  releaseEvents,
  releaseOperations,
  releaseStates,
  type ReleaseEvent,
  type ReleaseOperation,
  type ReleaseState,
} from '../../../../schemas/releases/release-state';

const operations: Record<ReleaseState, ReleaseOperation[]> = {
  draft: ['edit', 'preview', 'export', 'copy', 'delete'],
  'waiting for approval': ['preview', 'follow', 'cancel', 'copy'],
  rejected: ['edit', 'preview', 'export', 'copy', 'delete'],
  exporting: ['preview', 'follow', 'cancel', 'copy'],
  exported: ['preview', 'download', 'copy', 'delete'],
  failed: ['edit', 'preview', 'export', 'copy', 'delete'],
  cancelled: ['edit', 'preview', 'export', 'copy', 'delete'],
  expired: ['preview', 'copy', 'delete'],
};

const moves: [ReleaseState, ReleaseEvent, ReleaseState][] = [
  ['draft', 'start', 'exporting'],
  ['rejected', 'start', 'exporting'],
  ['failed', 'start', 'exporting'],
  ['cancelled', 'start', 'exporting'],
  ['exporting', 'await approval', 'waiting for approval'],
  ['exporting', 'succeed', 'exported'],
  ['exporting', 'fail', 'failed'],
  ['exporting', 'cancel', 'cancelled'],
  ['waiting for approval', 'approve', 'exporting'],
  ['waiting for approval', 'reject', 'rejected'],
  ['waiting for approval', 'fail', 'failed'],
  ['waiting for approval', 'cancel', 'cancelled'],
  ['exported', 'expire', 'expired'],
];

describe('release states', () => {
  it.each(releaseStates.flatMap((state) => releaseOperations.map((one) => [state, one] as const)))(
    'REL-10 says for "%s" whether it allows %s',
    (state, operation) => {
      expect(allowsOperation(state, operation)).toBe(operations[state].includes(operation));
    },
  );

  it.each(releaseStates.flatMap((state) => releaseEvents.map((one) => [state, one] as const)))(
    'REL-10 says where "%s" goes on %s',
    (state, event) => {
      const [, , next = null] = moves.find(([from, on]) => from === state && on === event) ?? [];
      expect(nextReleaseState(state, event)).toBe(next);
    },
  );
});
