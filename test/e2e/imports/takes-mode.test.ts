import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually } from '../../support/eventually';
import { tinyLine } from '../../support/tiny-catalog';
import { until } from '../runs/run-world';
import {
  approvedByOtto,
  createImportWorld,
  errorsOf,
  load,
  source,
  target,
  type ImportWorld,
} from './import-world';

const none = { importApproval: { kind: 'none' } } as const;

describe('a run that takes the mode itself', () => {
  let world: ImportWorld;
  let file: string;
  let edits = 100;

  const change = (settings: Parameters<typeof world.olga.tenants.changeSettings>[0]['settings']) =>
    world.olga.tenants.changeSettings({ tenant: target, settings });
  const modeNow = async (): Promise<string> =>
    (await world.olga.tenants.mode({ tenant: target })).mode;
  const begin = async (): Promise<{ readonly run: string; readonly request: string }> => {
    const { run } = await world.ines.imports.run({
      ...{ tenant: target, file, requestId: `run-${String(++edits)}` },
    });
    const view = await until(world.stack, run, 'waiting for approval');
    return { run, request: view.approvalRequestId ?? '' };
  };
  const outcome = async (run: string): Promise<string | undefined> => {
    await world.ines.runs.result({ run });
    return (await world.ines.runs.show({ run })).report?.outcome;
  };

  beforeAll(async () => {
    world = await createImportWorld({ targetSettings: { takesMode: true } });
    await world.olga.tenants.endMode({ tenant: target });
  }, 300_000);
  beforeEach(async () => {
    await change(none);
    const definition = { text: `select ${String(++edits)}` };
    await load(world.stack, source, [
      tinyLine({ type: 'python', project: 'sales', code: 'clean', definition }),
    ]);
    file = await world.exported();
  }, 300_000);
  afterAll(() => world.close());

  it('REL-4 lets it go when it succeeded, and the history says which run it was', async () => {
    const { run } = await world.imported({ file });

    expect(run.status).toBe('succeeded');
    expect(await modeNow()).toBe('normal');
    const { history } = await world.olga.tenants.mode({ tenant: target });
    expect(history[0]).toMatchObject({
      ...{ mode: 'cross-tenant-publishing', startedBy: 'gantry', endedBy: 'gantry' },
      ...{ startReason: `taken by run ${run.id}`, endReason: `let go by run ${run.id}` },
    });
  }, 300_000);

  it('REL-4 lets it go when it failed', async () => {
    const expectedPlan = '0'.repeat(64);
    const { run } = await world.imported({ file, expectedPlan, requestId: 'unexpected' });

    expect(errorsOf(run)).toEqual(['PlanMoved']);
    expect(await modeNow()).toBe('normal');
  }, 300_000);

  it('REL-4 lets it go when it is cancelled', async () => {
    await change(approvedByOtto());
    const { run } = await begin();
    await world.ines.runs.cancel({ run });

    expect(await outcome(run)).toBe('cancelled');
    expect(await modeNow()).toBe('normal');
  }, 300_000);

  it('REL-4 lets it go when nobody decides in time', async () => {
    await change(approvedByOtto({ deadlineMs: 300 }));
    const { run } = await world.imported({ file, requestId: 'overdue' });

    expect(run.report?.outcome).toBe('expired');
    expect(await modeNow()).toBe('normal');
  }, 300_000);

  it('REL-4 takes it again after it waited, if a person ended it meanwhile', async () => {
    await change(approvedByOtto());
    const { run, request } = await begin();
    if ((await modeNow()) !== 'normal') await world.olga.tenants.endMode({ tenant: target });
    await world.otto.approvals.approve({ request });

    expect(await outcome(run)).toBe('succeeded');
    expect(await modeNow()).toBe('normal');
  }, 300_000);

  it('REL-4 never ends one that a person started', async () => {
    await world.olga.tenants.startMode({ tenant: target, mode: 'cross-tenant-publishing' });
    const { run } = await world.imported({ file, requestId: 'in-a-mode-of-a-person' });
    await eventually(async () => (await world.ines.runs.show({ run: run.id })).report !== null);

    expect(run.status).toBe('succeeded');
    expect(await modeNow()).toBe('cross-tenant-publishing');
    await world.olga.tenants.endMode({ tenant: target });
  }, 300_000);

  it('REL-4 does not take it from maintenance, and not where the settings say no', async () => {
    await world.olga.tenants.startMode({ tenant: target, mode: 'maintenance' });
    const refused = await world.imported({ file, requestId: 'in-maintenance' });
    expect(errorsOf(refused.run)).toEqual(['ModeWrong']);
    expect(await modeNow()).toBe('maintenance');
    await world.olga.tenants.endMode({ tenant: target });

    await change({ takesMode: false });
    const { run } = await world.imported({ file, requestId: 'not-allowed' });
    expect(errorsOf(run)).toEqual(['ModeWrong']);
    expect(await modeNow()).toBe('normal');
  }, 300_000);
});
