import {
  createPublishStack,
  listAll,
  startPublishing,
  tenant,
} from '../e2e/publishing/publish-stack';
import { ended, until } from '../e2e/runs/run-world';
import type { GantryStack } from '../support/gantry-stack';

const policy = { kind: 'approvers' as const, approvers: [{ role: 'approver' as const }] };

/** A run or a workflow to be recorded. */
export interface PlayedCase {
  readonly workflow: 'publishObjects' | 'testSource';
  readonly id: string;
}

/** Each case plays one run of publishing and gives its id; open ones are recorded as they stand. */
export const publishCases: Record<string, (stack: GantryStack) => Promise<PlayedCase>> = {
  async 'waiting for approval'(stack) {
    return played(await waitingForApproval(stack).then(({ run }) => run));
  },
  async approved(stack) {
    await again(stack);
    const { run, request } = await waitingForApproval(stack);
    await stack.person('sofia').approvals.approve({ request });
    await ended(stack, run);
    return played(run);
  },
  async rejected(stack) {
    await again(stack);
    const { run, request } = await waitingForApproval(stack);
    await stack.person('sofia').approvals.reject({ request, comment: 'not now' });
    await ended(stack, run);
    return played(run);
  },
  async finished(stack) {
    await again(stack);
    await stack.admin.tenants.changeSettings({
      tenant,
      settings: { publishApproval: { kind: 'none' } },
    });
    const run = await startPublishing(stack);
    await ended(stack, run);
    return played(run);
  },
  async 'nothing to do'(stack) {
    const run = await startPublishing(stack);
    await ended(stack, run);
    return played(run);
  },
  async 'check failed'(stack) {
    const objects = [{ type: 'shell', project: 'sales', code: 'nope' } as const];
    const { run } = await stack.person('mara').publishing.run({ tenant, objects });
    await ended(stack, run);
    return played(run);
  },
  async 'source tested'(stack) {
    const ref = { tenant, type: 'data_source', code: 'serving' } as const;
    await stack.person('mara').publishing.testSettings(ref);
    for await (const { workflowId } of stack.temporal.workflow.list({
      query: `WorkflowType = 'testSource' and TaskQueue = '${stack.settings.taskQueues.control}'`,
    })) {
      return { workflow: 'testSource', id: workflowId };
    }
    throw new Error('the test of a source is not to be found');
  },
};

/** A stack for these cases: a small catalog with a source, all of it listed. */
export function createPublishCasesStack(catalog: readonly string[]): Promise<GantryStack> {
  const source = JSON.stringify({
    ...{ type: 'data_source', project: null, segment: null, code: 'serving', name: 'Serving' },
    ...{ owner: null, changedAt: '2026-06-01T08:00:00Z', changedBy: null, labels: {} },
    ...{ references: [], definition: { connection: { host: '127.0.0.1', port: 9 } } },
  });
  return createPublishStack({
    catalog: [...catalog, source],
    settings: { publishApproval: policy },
  });
}

function played(id: string): PlayedCase {
  return { workflow: 'publishObjects', id };
}

/** Nothing is online, everything is to be published. */
async function again(stack: GantryStack): Promise<void> {
  await stack.database('publish_objects').delete();
  await stack.database('online_assets').delete();
  await listAll(stack);
}

async function waitingForApproval(
  stack: GantryStack,
): Promise<{ readonly run: string; readonly request: string }> {
  const run = await startPublishing(stack);
  const { approvalRequestId } = await until(stack, run, 'waiting for approval');
  return { run, request: approvalRequestId ?? '' };
}
