import { isPipelineError, type PipelineError } from '../../schemas/pipeline-error';

/** The error that a call of ours fails with; a call that succeeds or fails otherwise fails the test. */
export async function failureOf(call: Promise<unknown>): Promise<PipelineError> {
  try {
    await call;
  } catch (error) {
    if (isPipelineError(error)) return error;
    throw error;
  }
  throw new Error('The call succeeded');
}
