import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startTcpProxy, type TcpProxy } from '../../support/tcp-proxy';
import { tinyLine } from '../../support/tiny-catalog';
import { stepOf, until } from '../runs/run-world';
import {
  approvedByOtto,
  createImportWorld,
  errorsOf,
  load,
  source,
  target,
  type ImportWorld,
} from './import-world';

describe('contents that an import staged', () => {
  let world: ImportWorld;
  let store: TcpProxy;
  let edits = 100;

  const edit = (project: string): string =>
    tinyLine({
      ...{ type: 'database_sql', project, code: 'daily' },
      definition: { text: `select ${String(++edits)}` },
    });
  const state = async () => {
    const [row] = await world.stack.database('contents').count<{ count: string }[]>('*');
    return { contents: Number(row?.count), digest: await world.digest() };
  };
  const waiting = async (file: string): Promise<{ run: string; request: string }> => {
    const { run } = await world.ines.imports.run({ tenant: target, file });
    const view = await until(world.stack, run, 'waiting for approval');
    return { run, request: view.approvalRequestId ?? '' };
  };
  const ended = async (run: string) => {
    await world.ines.runs.result({ run });
    return world.ines.runs.show({ run });
  };

  beforeAll(async () => {
    store = await startTcpProxy(new URL(process.env['GANTRY_S3_ENDPOINT'] ?? '').host);
    world = await createImportWorld({
      targetSettings: approvedByOtto(),
      workerEnvironment: { GANTRY_S3_ENDPOINT: `http://127.0.0.1:${store.port}` },
    });
    // What the mapping renames is content that the catalog lacks, though the source is beside it.
    await world.ines.mappings.save({
      ...{ tenant: target, source },
      rules: [{ kind: 'project', from: 'sales', to: 'shop' }],
    });
    const { run, request } = await waiting(await world.exported());
    await world.otto.approvals.approve({ request });
    expect((await ended(run)).status).toBe('succeeded');
  }, 300_000);
  beforeEach(async () => {
    await load(world.stack, source, [edit('sales')]);
  });
  afterAll(async () => {
    await world.close();
    await store.close();
  });

  it('REL-33 are removed again when the target moved and nothing is applied', async () => {
    const { run, request } = await waiting(await world.exported());
    await load(world.stack, target, [edit('shop')]);
    const before = await state();
    await world.otto.approvals.approve({ request });
    const details = await ended(run);

    expect(errorsOf(details)).toEqual(['TargetMoved database_sql shop daily']);
    expect(stepOf(details, 'stage')).toMatchObject({ state: 'done', progress: { done: 1 } });
    expect(await state()).toEqual(before);
    expect(await world.leftovers()).toEqual([]);
  }, 300_000);

  it('RUN-7 are not left when a run that parked in stage is cancelled', async () => {
    // The target has an edit of its own that nobody is to lose.
    const policies = { default: 'overwrite' as const };
    const file = await world.exported();
    const started = await world.ines.imports.run({ tenant: target, file, policies });
    const view = await until(world.stack, started.run, 'waiting for approval');
    const before = await state();
    await store.cut();
    await world.otto.approvals.approve({ request: view.approvalRequestId ?? '' });
    const parked = await until(world.stack, started.run, 'parked');
    await store.mend();
    await world.ines.runs.cancel({ run: started.run });
    const details = await ended(started.run);

    expect(stepOf(parked, 'stage').state).toBe('parked');
    expect(details).toMatchObject({ status: 'cancelled', report: { undoFailures: [] } });
    expect(await state()).toEqual(before);
    expect(await world.leftovers()).toEqual([]);
  }, 300_000);
});
