import type { ImportInput } from '../../client';
import {
  approvedByOtto,
  createImportWorld,
  load,
  source,
  target,
  type ImportWorld,
} from '../e2e/imports/import-world';
import { until } from '../e2e/runs/run-world';
import { eventually } from '../support/eventually';
import { tinyLine } from '../support/tiny-catalog';
import type { TcpProxy } from '../support/tcp-proxy';

/** A world for these cases; its workers reach the object store through the proxy. */
export interface ImportScene {
  readonly world: ImportWorld;
  readonly store: TcpProxy;
}

/** A run to be recorded. */
export interface PlayedImport {
  readonly workflow: 'importPackage' | 'undoImport';
  readonly id: string;
}

type Order = Partial<Omit<ImportInput, 'tenant' | 'file'>>;

/** Makes the world; the mapping gives every package contents that the catalog lacks. */
export async function createImportScene(store: TcpProxy): Promise<ImportScene> {
  const world = await createImportWorld({
    workerEnvironment: { GANTRY_S3_ENDPOINT: `http://127.0.0.1:${store.port}` },
  });
  const rules = [{ kind: 'project' as const, from: 'sales', to: 'shop' }];
  await world.ines.mappings.save({ tenant: target, source, rules });
  // Who operates runs is told when one parks.
  const roles = [{ role: 'operator' as const }];
  await world.stack.admin.people.grant({ tenant: target, name: 'olga', roles });
  return { world, store };
}

/** Each case plays one import or undo and gives its id; open ones are recorded as they stand. */
export const importCases: Record<string, (scene: ImportScene) => Promise<PlayedImport>> = {
  async finished({ world }) {
    return ended(world, await begin(world));
  },
  async 'nothing to do'({ world }) {
    return ended(world, await begin(world, { isNew: false }));
  },
  async checked({ world }) {
    return ended(world, await begin(world, { look: 'check' }));
  },
  async planned({ world }) {
    return ended(world, await begin(world, { look: 'plan' }));
  },
  async 'check failed'({ world }) {
    return ended(world, await begin(world, { expectedPlan: '0'.repeat(64) }));
  },
  async 'waiting for approval'({ world }) {
    return imported((await waiting(world)).run);
  },
  async approved({ world }) {
    const { run, request } = await waiting(world);
    await world.otto.approvals.approve({ request });
    return ended(world, run);
  },
  async rejected({ world }) {
    const { run, request } = await waiting(world);
    await world.otto.approvals.reject({ request, comment: 'not now' });
    return ended(world, run);
  },
  async 'parked in stage'(scene) {
    return imported(await parked(scene));
  },
  async 'parked and retried'(scene) {
    const run = await parked(scene);
    await scene.store.mend();
    await scene.world.olga.runs.retry({ run });
    return ended(scene.world, run);
  },
  async 'cancelled in stage'(scene) {
    const run = await parked(scene);
    await scene.store.mend();
    await scene.world.ines.runs.cancel({ run });
    return ended(scene.world, run);
  },
  async 'target moved'({ world }) {
    const { run, request } = await waiting(world);
    await load(world.stack, target, [edit('shop')]);
    await world.otto.approvals.approve({ request });
    return ended(world, run);
  },
};

/** The same of undos. */
export const undoCases: typeof importCases = {
  async undone({ world }) {
    await ended(world, await begin(world));
    const { run } = await world.undone((await lastImported(world)).id);
    return { workflow: 'undoImport', id: run.id };
  },
  async 'undo undone'({ world }) {
    const { run } = await world.undone((await lastImported(world)).id);
    return { workflow: 'undoImport', id: run.id };
  },
  async 'object changed since'({ world }) {
    const { id } = await lastImported(world);
    await load(world.stack, target, [edit('shop')]);
    const { run } = await world.undone(id);
    return { workflow: 'undoImport', id: run.id };
  },
};

/** Takes back what a case left open and what it asked of the settings. */
export async function tidy({ world, store }: ImportScene): Promise<void> {
  await store.mend();
  const states = ['running', 'waiting for approval'] as const;
  const { imports } = await world.ines.imports.list({ tenant: target, states: [...states] });
  for (const { runId: run } of imports) {
    await world.ines.runs.cancel({ run });
    await ended(world, run);
  }
  const settings = { importApproval: { kind: 'none' as const } };
  await world.olga.tenants.changeSettings({ tenant: target, settings });
}

let counted = 0;

function edit(project: string): string {
  const definition = { text: `select ${String(++counted)} as edited` };
  return tinyLine({ type: 'database_sql', project, code: 'daily', definition });
}

async function begin(
  world: ImportWorld,
  given: Order & { readonly look?: 'check' | 'plan'; readonly isNew?: boolean } = {},
): Promise<string> {
  const { look = 'run', isNew = true, ...order } = given;
  if (isNew) await load(world.stack, source, [edit('sales')]);
  const { run } = await world.ines.imports[look]({
    ...{ tenant: target, file: await world.exported(), policies: { default: 'overwrite' } },
    ...{ requestId: `case-${String(++counted)}`, ...order },
  });
  return run;
}

async function waiting(
  world: ImportWorld,
): Promise<{ readonly run: string; readonly request: string }> {
  await world.olga.tenants.changeSettings({ tenant: target, settings: approvedByOtto() });
  const run = await begin(world);
  const view = await until(world.stack, run, 'waiting for approval');
  return { run, request: view.approvalRequestId ?? '' };
}

async function parked({ world, store }: ImportScene): Promise<string> {
  const { run, request } = await waiting(world);
  await store.cut();
  await world.otto.approvals.approve({ request });
  await until(world.stack, run, 'parked');
  // The notice to the operators is a part of the history.
  await eventually(async () =>
    (await world.olga.inbox.list({ tenant: target })).some((notice) => notice.runId === run),
  );
  return run;
}

async function ended(world: ImportWorld, run: string): Promise<PlayedImport> {
  await world.ines.runs.result({ run });
  // The workflow closes a moment after its record.
  await eventually(async () => {
    const { status } = await world.stack.temporal.workflow.getHandle(run).describe();
    return status.name !== 'RUNNING';
  });
  return imported(run);
}

function imported(id: string): PlayedImport {
  return { workflow: 'importPackage', id };
}

async function lastImported(world: ImportWorld): Promise<{ readonly id: string }> {
  const { imports } = await world.ines.imports.list({ tenant: target, states: ['imported'] });
  const [last] = imports;
  if (last === undefined) throw new Error('nothing was imported');
  return last;
}
