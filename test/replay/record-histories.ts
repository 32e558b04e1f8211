import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import type { WorkflowHandle } from '@temporalio/client';
import { temporal } from '@temporalio/proto';
import { packageExpiryId, sweepWorkflowId } from '../../schemas/ids';
import {
  workflowNames,
  type ExpirePackageInput,
  type ExportReleaseInput,
} from '../../schemas/workflows';
import { ended, startExport, until, waiting, signal } from '../e2e/runs/run-world';
import { eventually } from '../support/eventually';
import { createGantryStack, type GantryStack } from '../support/gantry-stack';
import startStack from '../support/start-stack';
import stopStack from '../support/stop-stack';
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy';
import { tinyCatalog } from '../support/tiny-catalog';
import { createImportScene, importCases, tidy, undoCases } from './import-cases';
import { createPublishCasesStack, publishCases } from './publish-cases';

const tenant = 'retail';

interface Scene {
  readonly stack: GantryStack;
  readonly store: TcpProxy;
}

/** Each case plays one run and gives its id; open ones are recorded as they stand. */
const exportCases: Record<string, (scene: Scene) => Promise<string>> = {
  // Before one that stays parked keeps the mode from being ended.
  async 'check failed'({ stack }) {
    await stack.person('lin').tenants.endMode({ tenant });
    const { run } = await startExport(stack);
    await ended(stack, run);
    await stack.person('lin').tenants.startMode({ tenant, mode: 'cross-tenant-publishing' });
    return run;
  },
  async finished({ stack }) {
    const { run } = await startExport(stack);
    await ended(stack, run);
    return run;
  },
  async approved({ stack }) {
    const { run, request } = await waiting(stack, { quorum: 2, remindEveryMs: 500 });
    const input = [{ requestId: request, approver: 'nobody' }];
    await signal(stack, run, { name: 'approve', input });
    await stack.person('sofia').approvals.approve({ request });
    await new Promise((resolve) => setTimeout(resolve, 800));
    await stack.person('zhang').approvals.approve({ request });
    await ended(stack, run);
    return run;
  },
  async rejected({ stack }) {
    const { run, request } = await waiting(stack);
    await stack.person('sofia').approvals.reject({ request, comment: 'not now' });
    await ended(stack, run);
    return run;
  },
  async expired({ stack }) {
    const { run } = await waiting(stack, { deadlineMs: 500 });
    await ended(stack, run);
    return run;
  },
  'waiting for approval': async ({ stack }) => (await waiting(stack)).run,
  async paused({ stack }) {
    const { run, request } = await waiting(stack);
    await stack.person('tom').runs.pause({ run });
    await stack.person('sofia').approvals.approve({ request });
    await until(stack, run, 'paused');
    await stack.person('tom').runs.resume({ run });
    await ended(stack, run);
    return run;
  },
  parked: (scene) => parked(scene),
  async 'parked and retried'(scene) {
    const run = await parked(scene);
    await scene.store.mend();
    await scene.stack.person('tom').runs.retry({ run });
    await ended(scene.stack, run);
    return run;
  },
  async aborted(scene) {
    const run = await parked(scene);
    await scene.store.mend();
    await scene.stack.person('tom').runs.abort({ run });
    await ended(scene.stack, run);
    return run;
  },
  async 'started again'(scene) {
    const run = await parked(scene);
    await scene.store.mend();
    await scene.stack.person('tom').runs.abort({ run });
    await ended(scene.stack, run);
    await scene.stack.person('mara').runs.rerunFrom({ run, step: 'collect' });
    await ended(scene.stack, run);
    return run;
  },
  async cancelled(scene) {
    const run = await parked(scene);
    await scene.store.mend();
    await scene.stack.person('mara').runs.cancel({ run });
    await ended(scene.stack, run);
    return run;
  },
  /** The deletion is planned by the undo, as there is a plan under that name until the cancellation. */
  async 'cancelled at retention'({ stack }) {
    const { run, request } = await waiting(stack);
    const plan = await planDeletion(stack, run);
    await stack.person('sofia').approvals.approve({ request });
    await until(stack, run, 'parked');
    await plan.terminate();
    await stack.person('mara').runs.cancel({ run });
    await ended(stack, run);
    return run;
  },
  // The last one: the features stay in the catalog.
  async scanned({ stack }) {
    const definition = { regex: 'from [a-z]+', keywords: ['from'] };
    const feature = { ...{ type: 'detection_feature', code: 'any', name: 'Any' }, definition };
    const line = JSON.stringify({ ...feature, changedAt: '2026-06-01T08:00:00Z' });
    await stack.admin.catalog.load({ tenant, source: Readable.from([Buffer.from(line)]) });
    const { run } = await startExport(stack);
    await ended(stack, run);
    return run;
  },
};

/** The names that are given on the command line; all where there are none. */
function wanted(name: string): boolean {
  const names = process.argv.slice(2);
  return names.length === 0 || names.includes(name);
}

/** Plays every case on servers of its own and writes the histories beside this file (RUN-8). */
async function main(): Promise<void> {
  await startStack();
  const store = await startTcpProxy(new URL(process.env['GANTRY_S3_ENDPOINT'] ?? '').host);
  const stack = await createGantryStack({
    workerEnvironment: { GANTRY_S3_ENDPOINT: `http://127.0.0.1:${store.port}` },
  });
  try {
    for (const [name, play] of Object.entries(exportCases)) {
      if (!wanted(name)) continue;
      const settings = { exportApproval: { kind: 'none' as const } };
      await stack.admin.tenants.changeSettings({ tenant, settings });
      await record(stack, workflowNames.exportRelease, { name, id: await play({ stack, store }) });
      await store.mend();
    }
    if (wanted('expiry')) await recordExpiry(stack);
    if (wanted('sweep')) {
      await stack.admin.upkeep.sweep();
      const id = `${sweepWorkflowId}/asked`;
      await record(stack, workflowNames.sweepRetention, { name: 'swept', id });
    }
    if (wanted('publishing')) await recordPublishing();
    if (wanted('imports')) await recordImports(store);
  } finally {
    await stack.close();
    await store.close();
    await stopStack();
  }
}

async function parked({ stack, store }: Scene): Promise<string> {
  await store.cut();
  const { run } = await startExport(stack);
  await until(stack, run, 'parked');
  // The notice to the operators is a part of the history.
  await eventually(async () =>
    (await stack.person('tom').inbox.list({ tenant })).some((notice) => notice.runId === run),
  );
  return run;
}

/** Starts a plan to delete the package of a run under the name that the run's own would have. */
async function planDeletion(stack: GantryStack, run: string): Promise<WorkflowHandle> {
  const { package_id: packageId } = await stack
    .database('frozen_scopes')
    .where({ run_id: run })
    .first<{ package_id: string }>('package_id');
  const { queues, limits } = await inputOf(stack, run);
  return stack.temporal.workflow.start(workflowNames.expirePackage, {
    workflowId: packageExpiryId(packageId),
    taskQueue: `nobody-${randomUUID()}`,
    args: [{ queues, limits, tenant, packageId, expiresAt: '2099-01-01T00:00:00Z' }],
  });
}

/** What a run was started with. */
async function inputOf(stack: GantryStack, run: string): Promise<ExportReleaseInput> {
  const { events } = await stack.temporal.workflow.getHandle(run).fetchHistory();
  const started = events?.[0]?.workflowExecutionStartedEventAttributes?.input;
  const data = Buffer.from(started?.payloads?.[0]?.data ?? new Uint8Array()).toString('utf8');
  return JSON.parse(data) as ExportReleaseInput;
}

async function recordExpiry(stack: GantryStack): Promise<void> {
  const { run, release } = await startExport(stack);
  await ended(stack, run);
  const { package: made } = await stack.person('mara').releases.show({ tenant, release });
  const packageId = made?.id ?? '';
  const workflow = workflowNames.expirePackage;
  await record(stack, workflow, { name: 'waiting', id: packageExpiryId(packageId) });
  const waitingRun = await stack.temporal.workflow
    .getHandle(packageExpiryId(packageId))
    .fetchHistory();
  const started = waitingRun.events?.[0]?.workflowExecutionStartedEventAttributes?.input;
  const data = Buffer.from(started?.payloads?.[0]?.data ?? new Uint8Array()).toString('utf8');
  const input = JSON.parse(data) as ExpirePackageInput;
  const id = `package-expiry-recorded/${randomUUID()}`;
  await stack.temporal.workflow.execute(workflow, {
    workflowId: id,
    taskQueue: stack.settings.taskQueues.control,
    args: [{ ...input, expiresAt: '2020-01-01T00:00:00Z' }],
  });
  await record(stack, workflow, { name: 'expired', id });
}

/** Publishing has a stack of its own, with a list of what is to be published. */
async function recordPublishing(): Promise<void> {
  const stack = await createPublishCasesStack(tinyCatalog());
  try {
    for (const [name, play] of Object.entries(publishCases)) {
      const { workflow, id } = await play(stack);
      await record(stack, workflow, { name, id });
    }
  } finally {
    await stack.close();
  }
}

/** Imports have a stack of their own, with a tenant to import into. */
async function recordImports(store: TcpProxy): Promise<void> {
  const scene = await createImportScene(store);
  try {
    for (const [name, play] of Object.entries({ ...importCases, ...undoCases })) {
      const { workflow, id } = await play(scene);
      await record(scene.world.stack, workflow, { name, id });
      await tidy(scene);
    }
  } finally {
    await scene.world.close();
  }
}

async function record(
  stack: GantryStack,
  workflow: string,
  { name, id }: { readonly name: string; readonly id: string },
): Promise<void> {
  const history = await stack.temporal.workflow.getHandle(id).fetchHistory();
  const file = join(__dirname, 'histories', workflow, `${name.replaceAll(' ', '-')}.json`);
  mkdirSync(dirname(file), { recursive: true });
  const { History } = temporal.api.history.v1;
  const plain = { longs: String, enums: String, bytes: String };
  const kept = { workflowId: id, history: History.toObject(History.fromObject(history), plain) };
  writeFileSync(file, `${JSON.stringify(kept)}\n`);
  process.stdout.write(`${workflow}: ${name}\n`);
}

void main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? String(error.stack) : String(error)}\n`);
  process.exitCode = 1;
});
