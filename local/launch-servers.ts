import { chooseStackPorts, type StackPorts } from './stack-ports';
import { ensureCredentials } from './stack-credentials';
import { findServerBinaries } from './server-binaries';
import { planMinio } from './servers/minio';
import { planPostgres } from './servers/postgres';
import { planTemporal } from './servers/temporal';
import type { ServerContext } from './servers/server-context';
import type { StackPaths } from './stack-paths';
import { readStackState } from './stack-state';
import type { StateRecorder } from './state-recorder';
import { SupervisedChild, type ChildPlan } from './supervised-child';

/** Where and how the servers are started. */
export interface LaunchOptions {
  readonly paths: StackPaths;
  readonly recorder: StateRecorder;
  readonly log?: (line: string) => void;
}

/** The three servers, ready, in the order in which they are stopped. */
export interface LaunchedServers {
  readonly ports: StackPorts;
  readonly children: readonly SupervisedChild[];
}

const attempts = 3;

/**
 * Starts PostgreSQL, Temporal and the object store at the same time and resolves once all of them
 * answer. A port that another process took in the meantime is drawn anew.
 */
export async function launchServers(options: LaunchOptions): Promise<LaunchedServers> {
  const { paths, recorder, log } = options;
  const binaries = await findServerBinaries({ build: true, ...(log === undefined ? {} : { log }) });
  const credentials = ensureCredentials(paths);
  for (let attempt = 1; ; attempt += 1) {
    const ports = await chooseStackPorts(readStackState(paths)?.ports);
    recorder.write({ ports });
    try {
      return { ports, children: await startAll({ paths, ports, credentials, binaries }, recorder) };
    } catch (error) {
      if (attempt === attempts || (await areFree(ports))) throw error;
    }
  }
}

async function startAll(
  context: ServerContext,
  recorder: StateRecorder,
): Promise<readonly SupervisedChild[]> {
  const plans: Promise<ChildPlan>[] = [
    Promise.resolve(planTemporal(context)),
    Promise.resolve(planMinio(context)),
    planPostgres(context),
  ];
  const children: SupervisedChild[] = [];
  const starts = plans.map(async (planned, place) => {
    const child = new SupervisedChild(await planned, recorder.record);
    children[place] = child;
    await child.start();
  });
  const outcomes = await Promise.allSettled(starts);
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed === undefined) return children;
  await Promise.all(children.map((child) => child.stop()));
  throw failed.reason;
}

/** True when nobody else holds one of the ports: then they are not what kept a server from starting. */
async function areFree(ports: StackPorts): Promise<boolean> {
  const again = await chooseStackPorts(ports);
  return Object.entries(ports).every(([name, port]) => again[name as keyof StackPorts] === port);
}
