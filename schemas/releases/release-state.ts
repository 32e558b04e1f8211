/** The states of a release (REL-10). */
export const releaseStates = [
  'draft',
  'waiting for approval',
  'rejected',
  'exporting',
  'exported',
  'failed',
  'cancelled',
  'expired',
] as const;
export type ReleaseState = (typeof releaseStates)[number];

/** What people do with a release. */
export const releaseOperations = [
  'edit',
  'preview',
  'export',
  'follow',
  'cancel',
  'download',
  'copy',
  'delete',
] as const;
export type ReleaseOperation = (typeof releaseOperations)[number];

/** What happens to a release while it is exported. */
export const releaseEvents = [
  'start',
  'await approval',
  'approve',
  'reject',
  'succeed',
  'fail',
  'cancel',
  'expire',
] as const;
export type ReleaseEvent = (typeof releaseEvents)[number];

const editable = ['edit', 'preview', 'export', 'copy', 'delete'] as const;
const atWork = ['preview', 'follow', 'cancel', 'copy'] as const;

/** The operations of each state (REL-9, REL-10); anything can be copied. */
export const stateOperations = {
  draft: editable,
  rejected: editable,
  failed: editable,
  cancelled: editable,
  'waiting for approval': atWork,
  exporting: atWork,
  exported: ['preview', 'download', 'copy', 'delete'],
  expired: ['preview', 'copy', 'delete'],
} as const satisfies Record<ReleaseState, readonly ReleaseOperation[]>;

type Transitions = Record<ReleaseState, Record<ReleaseEvent, ReleaseState | null>>;

const none = {
  start: null,
  'await approval': null,
  approve: null,
  reject: null,
  succeed: null,
  fail: null,
  cancel: null,
  expire: null,
} as const;
const startable = { ...none, start: 'exporting' } as const;

/** The state that follows each state on each event; null where the event cannot happen. */
export const releaseTransitions = {
  draft: startable,
  rejected: startable,
  failed: startable,
  cancelled: startable,
  exporting: {
    ...none,
    'await approval': 'waiting for approval',
    succeed: 'exported',
    fail: 'failed',
    cancel: 'cancelled',
  },
  'waiting for approval': {
    ...none,
    approve: 'exporting',
    reject: 'rejected',
    fail: 'failed',
    cancel: 'cancelled',
  },
  exported: { ...none, expire: 'expired' },
  expired: none,
} as const satisfies Transitions;

/** True where a release in this state allows the operation. */
export function allowsOperation(state: ReleaseState, operation: ReleaseOperation): boolean {
  const operations: readonly ReleaseOperation[] = stateOperations[state];
  return operations.includes(operation);
}

/** The state after an event, or null where the event cannot happen in this state. */
export function nextReleaseState(state: ReleaseState, event: ReleaseEvent): ReleaseState | null {
  return releaseTransitions[state][event];
}
