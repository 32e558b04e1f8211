import { setTimeout as sleep } from 'node:timers/promises';
import { Client as StoreClient } from 'minio';
import type { AuditRecord, ReleaseDraftInput, RunDetails } from '../../../client';
import { messageNames } from '../../../schemas/messages';
import type { RunView } from '../../../schemas/runs/step-view';
import { eventually } from '../../support/eventually';
import type { GantryStack } from '../../support/gantry-stack';

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
