import { ApplicationFailure, type ApplicationFailureOptions } from '@temporalio/common';
import { failures } from '../../schemas/failures';
import { isPipelineError, PipelineError } from '../../schemas/pipeline-error';

/** More would only be cut by the server; what is longer stands in the log. */
const messageCharsAtMost = 2_000;

/**
 * What Temporal is told of an activity's error: a stable code as `type`, whether the engine may
 * retry, the message with its mending. Causes and stacks stay in the log, so that nothing they may
 * hold enters a history (RUN-20).
 */
export function toApplicationFailure(error: unknown): ApplicationFailure {
  const known = isPipelineError(error) ? error : asDatabaseError(error);
  if (known === undefined) {
    const name = error instanceof Error ? error.name : typeof error;
    return failure({
      type: 'InternalError',
      message: `${failures.InternalError.message}: ${name} ${messageOf(error)}`,
    });
  }
  return failure({
    type: known.code,
    message: `${known.message}. ${known.fix}`,
    nonRetryable: failures[known.code].retry === 'permanent',
    details: known.findings.length === 0 ? [] : [known.findings.slice(0, 20)],
  });
}

function failure(options: ApplicationFailureOptions): ApplicationFailure {
  const made = ApplicationFailure.create({
    ...options,
    message: (options.message ?? '').slice(0, messageCharsAtMost),
  });
  made.stack = '';
  return made;
}

/**
 * What pg and knex say when the server is away, starting, stopping, or out of room or connections, and
 * when it ended a transaction because of another one.
 */
function asDatabaseError(error: unknown): PipelineError | undefined {
  if (!(error instanceof Error)) return undefined;
  const code = (error as { code?: unknown }).code;
  const state = typeof code === 'string' ? code : '';
  if (/^40/.test(state))
    return new PipelineError('DatabaseConflict', { reason: state }, { cause: error });
  const away =
    /^(08|57P0|53)/.test(state) ||
    ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN'].includes(
      state,
    ) ||
    error.name === 'KnexTimeoutError' ||
    /Connection terminated|Client has encountered a connection error|timeout exceeded when trying to connect/.test(
      error.message,
    );
  return away
    ? new PipelineError('DatabaseUnavailable', { reason: state || error.name }, { cause: error })
    : undefined;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
