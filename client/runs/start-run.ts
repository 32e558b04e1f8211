import { WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import {
  defineSearchAttributeKey,
  SearchAttributeType,
  type SearchAttributePair,
} from '@temporalio/common';
import { searchAttributeNames } from '../../schemas/messages';
import type { FindingOverride } from '../../schemas/runs/override';
import type { Settings } from '../../schemas/settings';
import type { RunInput, RunLimits, workflowNames } from '../../schemas/workflows';
import type { ClientContext } from '../context';

/** Shards in flight at once; more than the workers take only wait in the queue. */
const shardWindow = 8;

/** A run that is recorded and is to be started. */
export interface RunToStart {
  readonly runId: string;
  readonly workflow: keyof typeof workflowNames;
  readonly pipeline: string;
  /** One sentence for the Temporal UI. */
  readonly summary: string;
  readonly input: RunInput;
  /** Search attributes besides those of every run. */
  /** Started before under this id, and closed (RUN-4). @default false */
  readonly again?: boolean;
  readonly attributes?: Partial<Record<keyof typeof searchAttributeNames, string>>;
}

/** What every run of a tenant is started with. */
export function runInput(
  { settings }: ClientContext,
  tenant: string,
  overrides: readonly FindingOverride[] = [],
): RunInput {
  return {
    queues: settings.taskQueues,
    limits: runLimits(settings),
    tenant,
    ...(overrides.length === 0 ? {} : { overrides }),
  };
}

/**
 * Starts the workflow of a recorded run; starting again changes nothing, so that a start that broke
 * after the record is mended by starting again (RUN-13).
 */
export async function startRun(context: ClientContext, run: RunToStart): Promise<void> {
  const temporal = await context.temporal();
  try {
    await temporal.workflow.start(run.workflow, {
      workflowId: run.runId,
      taskQueue: context.settings.taskQueues.control,
      args: [run.input],
      workflowIdConflictPolicy: 'USE_EXISTING',
      workflowIdReusePolicy: run.again === true ? 'ALLOW_DUPLICATE' : 'REJECT_DUPLICATE',
      typedSearchAttributes: searchAttributes(run),
      staticSummary: run.summary,
    });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}

function runLimits({ retry, parkDeadlineMs }: Settings): RunLimits {
  return { ...retry, parkDeadlineMs, shardWindow };
}

function searchAttributes({ pipeline, input, attributes }: RunToStart): SearchAttributePair[] {
  const values = { pipeline, status: 'running', tenant: input.tenant, ...attributes };
  return Object.entries(values).map(([name, value]) => ({
    key: defineSearchAttributeKey(
      searchAttributeNames[name as keyof typeof searchAttributeNames],
      SearchAttributeType.KEYWORD,
    ),
    value,
  }));
}
