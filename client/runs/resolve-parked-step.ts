import { ApplicationFailure } from '@temporalio/common';
import {
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  type WorkflowHandle,
} from '@temporalio/client';
import { failures, type FailureCode } from '../../schemas/failures';
import { messageNames, type StepDecision } from '../../schemas/messages';
import { PipelineError } from '../../schemas/pipeline-error';

/** Decides about a parked step and waits for the answer; a refusal throws with the code the run gave. */
export async function resolveParkedStep(
  handle: WorkflowHandle,
  decision: StepDecision,
): Promise<void> {
  try {
    await handle.executeUpdate<string, [StepDecision]>(messageNames.resolveStep, {
      args: [decision],
    });
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) {
      throw new PipelineError('RunClosed', { run: handle.workflowId }, { cause: error });
    }
    const cause = error instanceof WorkflowUpdateFailedError ? error.cause : undefined;
    const code = cause instanceof ApplicationFailure ? cause.type : undefined;
    if (code == null || !Object.hasOwn(failures, code)) throw error;
    throw new PipelineError(code as FailureCode, { run: handle.workflowId }, { cause: error });
  }
}
