import { setTimeout as sleep } from 'node:timers/promises';
import { Client as StoreClient } from 'minio';
import { WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import {
  connectGantry,
  type ApprovalPolicy,
  type AuditRecord,
  type Gantry,
  type ReleaseDraftInput,
  type RunDetails,
} from '../../../client';
import { messageNames } from '../../../schemas/messages';
import type { RunView } from '../../../schemas/runs/step-view';
import { eventually } from '../../support/eventually';
import type { CastName, GantryStack } from '../../support/gantry-stack';

const tenant = 'retail';

/** Drafts a release of everything, or of what is given; gives its id. */
export async function draft(
  { person }: GantryStack,
  given: ReleaseDraftInput = { scope: { method: 'full' } },
): Promise<string> {
  return (await person('mara').releases.create({ tenant, ...given })).id;
}

/** Drafts and starts an export; gives the run and the release. */
export async function startExport(
  stack: GantryStack,
  given?: ReleaseDraftInput,
): Promise<{ readonly run: string; readonly release: string }> {
  const release = await draft(stack, given);
  return { release, run: await stack.person('mara').releases.export({ tenant, release }) };
}

/** The state of a run as the workflow itself says it. */
export function viewOf({ temporal }: GantryStack, run: string): Promise<RunView> {
  return temporal.workflow.getHandle(run).query<RunView>(messageNames.view);
}

/** Waits until the run does this: `parked`, `waiting for approval`, `paused`. */
export function until(
  stack: GantryStack,
  run: string,
  status: RunView['status'],
): Promise<RunView> {
  return eventually(async () => {
    const view = await viewOf(stack, run);
    return view.status === status && view;
  });
}

/** Waits for the run to end and gives its last state. */
export async function ended(stack: GantryStack, run: string): Promise<RunDetails> {
  await stack.person('mara').runs.result({ run });
  // The workflow closes a moment after its record.
  await eventually(async () => {
    const { status } = await stack.temporal.workflow.getHandle(run).describe();
    return status.name !== 'RUNNING';
  });
  return stack.person('mara').runs.show({ run });
}

/** How a step of a run stands. */
export function stepOf({ steps }: Pick<RunView, 'steps'>, name: string): RunView['steps'][number] {
  const step = steps.find((candidate) => candidate.name === name);
  if (step === undefined) throw new Error(`no step ${name}`);
  return step;
}

/** The page that the Temporal UI shows of a run. */
export async function pageOf({ temporal }: GantryStack, run: string): Promise<string> {
  const metadata = await temporal.workflow
    .getHandle(run)
    .query<{ readonly currentDetails: string }>('__temporal_workflow_metadata');
  return metadata.currentDetails;
}

/** The objects of the stack's bucket, by key. */
export async function storedKeys({ settings }: GantryStack): Promise<string[]> {
  const keys: string[] = [];
  for await (const item of storeOf(settings).listObjectsV2(settings.objectStore.bucket, '', true)) {
    keys.push((item as { name: string }).name);
  }
  return keys.sort();
}

/** Takes an object out of the stack's bucket. */
export async function removeStored({ settings }: GantryStack, key: string): Promise<void> {
  await storeOf(settings).removeObject(settings.objectStore.bucket, key);
}

/** The release's state in the list. */
export async function releaseState({ person }: GantryStack, release: string): Promise<string> {
  return (await person('mara').releases.show({ tenant, release })).state;
}

/** The audit rows of an action, the newest first. */
export async function audited({ person }: GantryStack, action: string): Promise<AuditRecord[]> {
  const { entries } = await person('lin').audit.list({ tenant, action });
  return [...entries];
}

/** Gives what must not happen the time to happen. */
export const settle = (): Promise<void> => sleep(400);

function storeOf({ objectStore }: GantryStack['settings']): StoreClient {
  const { hostname, port } = new URL(objectStore.endpoint);
  return new StoreClient({
    endPoint: hostname,
    port: Number(port),
    useSSL: false,
    region: objectStore.region,
    accessKey: objectStore.accessKey,
    secretKey: objectStore.secretKey,
  });
}

/** The approval policy of exports in these tests, but for what is given. */
export function approvers(given: Partial<Extract<ApprovalPolicy, { kind: 'approvers' }>> = {}) {
  return {
    exportApproval: {
      kind: 'approvers' as const,
      approvers: [{ role: 'approver' as const }],
      ...given,
    },
  };
}

/** An export that waits for approval under this policy. */
export async function waiting(
  stack: GantryStack,
  policy: Parameters<typeof approvers>[0] = {},
): Promise<{ readonly run: string; readonly release: string; readonly request: string }> {
  await stack.admin.tenants.changeSettings({ tenant, settings: approvers(policy) });
  const started = await startExport(stack);
  const view = await until(stack, started.run, 'waiting for approval');
  return { ...started, request: view.approvalRequestId ?? '' };
}

/** Sends a signal as the Temporal UI does. */
export function signal(
  { temporal }: GantryStack,
  run: string,
  message: { readonly name: string; readonly input?: readonly unknown[] },
): Promise<void> {
  return temporal.workflow.getHandle(run).signal(message.name, ...(message.input ?? []));
}

/** Sends an update as the Temporal UI does; gives its answer, or the code of its refusal. */
export async function update(
  { temporal }: GantryStack,
  run: string,
  message: { readonly name: string; readonly input: unknown },
): Promise<{ readonly answer?: unknown; readonly refusal?: string }> {
  try {
    const answer = await temporal.workflow
      .getHandle(run)
      .executeUpdate(message.name, { args: [message.input] });
    return { answer };
  } catch (error) {
    if (!(error instanceof WorkflowUpdateFailedError)) throw error;
    const { cause } = error;
    return { refusal: cause instanceof ApplicationFailure ? String(cause.type) : String(cause) };
  }
}

/** The client of somebody whose runs have other limits, such as GANTRY_PARK_DEADLINE_MS. */
export function impatient(
  stack: GantryStack,
  who: CastName,
  environment: Readonly<Record<string, string>>,
): Promise<Gantry> {
  const all = { ...stack.environment, ...environment };
  return connectGantry({ environment: all, token: stack.tokenOf(who) });
}
