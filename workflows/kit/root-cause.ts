import {
  ActivityFailure,
  ApplicationFailure,
  ChildWorkflowFailure,
  TimeoutFailure,
} from '@temporalio/common';

/** What a failed step says: the stable code and the message of the deepest cause (an ActivityFailure itself says nothing). */
export function rootCause(error: unknown): { readonly code: string; readonly message: string } {
  let cause = error;
  while (
    (cause instanceof ActivityFailure || cause instanceof ChildWorkflowFailure) &&
    cause.cause !== undefined
  ) {
    cause = cause.cause;
  }
  if (cause instanceof ApplicationFailure)
    return { code: cause.type ?? 'InternalError', message: cause.message };
  if (cause instanceof TimeoutFailure)
    return { code: 'TimedOut', message: `no answer in time (${cause.timeoutType})` };
  return { code: 'InternalError', message: cause instanceof Error ? cause.message : String(cause) };
}
