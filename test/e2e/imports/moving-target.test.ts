import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { StartedImport } from '../../../client';
import { failureOf } from '../../support/failure-of';
import { tinyCatalog, tinyLine } from '../../support/tiny-catalog';
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

const daily = { type: 'database_sql', project: 'sales', code: 'daily' };
const weekly = { ...daily, code: 'weekly' };

describe('a plan that waits for approval', () => {
  let world: ImportWorld;
  let file: string;
  let edits = 100;
  const policies = { default: 'overwrite' } as const;

  /** A document of this identity with a content that it never had. */
  const edit = (identity: typeof daily): string =>
    tinyLine({ ...identity, definition: { text: `select ${String(++edits)}` } });
  const here = (...lines: string[]) => load(world.stack, target, lines);
  const begin = async (): Promise<StartedImport & { readonly request: string }> => {
    const started = await world.ines.imports.run({
      ...{ tenant: target, file, policies, requestId: `ask-${String(++edits)}` },
    });
    const view = await until(world.stack, started.run, 'waiting for approval');
    return { ...started, request: view.approvalRequestId ?? '' };
  };
  const ended = async (run: string) => {
    await world.ines.runs.result({ run });
    return world.ines.runs.show({ run });
  };

  beforeAll(async () => {
    world = await createImportWorld();
    const base = await world.exported();
    await world.imported({ file: base });
    await world.stack.admin.tenants.changeSettings({ tenant: target, settings: approvedByOtto() });
  }, 300_000);
  beforeEach(async () => {
    await load(world.stack, source, [
      edit(daily),
      edit({ ...daily, code: `new_${String(edits)}` }),
    ]);
    file = await world.exported();
  }, 300_000);
  afterEach(async () => {
    // What a test left open would keep the next one out.
    const { imports } = await world.ines.imports.list({
      ...{ tenant: target, states: ['running', 'waiting for approval'] },
    });
    for (const { runId } of imports) {
      await world.ines.runs.cancel({ run: runId });
      await ended(runId);
    }
  }, 300_000);
  afterAll(() => world.close());

  it('RUN-10 is shown to who approves, with its digest and what it would do', async () => {
    const started = await begin();
    const shown = await world.ines.imports.show({ tenant: target, import: started.import });
    const [request] = await world.otto.approvals.list({ tenant: target });

    expect(shown.state).toBe('waiting for approval');
    expect(request).toMatchObject({ id: started.request, run: started.run, requestedBy: 'ines' });
    expect(request?.subjectDigest).toBe(shown.planDigest);
    expect(request?.summary).toMatchObject({ import: started.import, objects: 2 });
    await world.otto.approvals.approve({ request: started.request });
    const run = await ended(started.run);
    expect(run.report?.result).toMatchObject({ planDigest: shown.planDigest, written: 2 });
  }, 300_000);

  it('REL-32 is not applied when the target moved meanwhile: what moved is named, REL-33 nothing is written', async () => {
    const started = await begin();
    await here(edit(daily));
    const moved = await world.digest();
    await world.otto.approvals.approve({ request: started.request });
    const run = await ended(started.run);

    expect(run.status).toBe('check failed');
    expect(errorsOf(run)).toEqual(['TargetMoved database_sql sales daily']);
    expect(await world.digest()).toBe(moved);
    expect(await world.leftovers()).toEqual([]);
    const { state } = await world.ines.imports.show({ tenant: target, import: started.import });
    expect(state).toBe('failed');
  }, 300_000);

  it('REL-32 is applied when what moved is nothing that it writes', async () => {
    const started = await begin();
    await here(edit(weekly));
    await world.otto.approvals.approve({ request: started.request });

    expect((await ended(started.run)).status).toBe('succeeded');
  }, 300_000);

  it('REL-32 is applied only when its digest is the expected one', async () => {
    const { run: planning } = await world.ines.imports.plan({ tenant: target, file, policies });
    const { result } = await world.ines.runs.result({ run: planning });
    const expectedPlan = String(result['planDigest']);
    const other = await world.imported({
      ...{ file, policies, expectedPlan: '0'.repeat(64), requestId: 'other' },
    });
    expect(other.run.status).toBe('check failed');
    expect(errorsOf(other.run)).toEqual(['PlanMoved']);

    const started = await world.ines.imports.run({
      ...{ tenant: target, file, policies, expectedPlan, requestId: 'same' },
    });
    const view = await until(world.stack, started.run, 'waiting for approval');
    await world.otto.approvals.approve({ request: view.approvalRequestId ?? '' });
    expect((await ended(started.run)).report?.result).toMatchObject({ planDigest: expectedPlan });
  }, 300_000);

  it('REL-30 keeps a second import out, which is told the id of the first', async () => {
    const started = await begin();
    const second = world.ines.imports.run({ tenant: target, file, requestId: 'second' });
    const failure = await failureOf(second);
    const undo = await failureOf(
      world.ines.imports.undo({ tenant: target, import: await lastImported() }),
    );

    for (const { code, details } of [failure, undo]) {
      expect(code).toBe('ImportRunning');
      expect(details).toMatchObject({ import: started.import, run: started.run });
    }
    const { run } = await world.ines.imports.check({ tenant: target, file, requestId: 'look' });
    expect(await world.ines.runs.result({ run })).toMatchObject({ outcome: 'succeeded' });
    await world.ines.runs.cancel({ run: started.run });
    await ended(started.run);
    expect(await world.leftovers()).toEqual([]);
  }, 300_000);

  it('RUN-9 ends as rejected with the reason, and leaves nothing staged', async () => {
    const before = await world.digest();
    const started = await begin();
    await world.otto.approvals.reject({ request: started.request, comment: 'not in august' });
    const run = await ended(started.run);
    const shown = await world.ines.imports.show({ tenant: target, import: started.import });

    expect(run.status).toBe('rejected');
    expect(shown).toMatchObject({ state: 'rejected', reason: 'rejected by otto: not in august' });
    expect(await world.digest()).toBe(before);
    expect(await world.leftovers()).toEqual([]);
  }, 300_000);

  it('RUN-7 is taken back when the run is cancelled, and RUN-13 is begun anew after it', async () => {
    const before = await world.digest();
    const order = { tenant: target, file, policies, requestId: 'taken-back' };
    const started = await world.ines.imports.run(order);
    await until(world.stack, started.run, 'waiting for approval');
    await world.ines.runs.cancel({ run: started.run });
    expect((await ended(started.run)).status).toBe('cancelled');
    expect(await world.digest()).toBe(before);
    expect(await world.leftovers()).toEqual([]);

    const again = await world.ines.imports.run(order);
    expect(again.import).toBe(started.import);
    expect(again.run).not.toBe(started.run);
    const view = await until(world.stack, again.run, 'waiting for approval');
    await world.otto.approvals.approve({ request: view.approvalRequestId ?? '' });
    expect((await ended(again.run)).status).toBe('succeeded');
  }, 300_000);

  async function lastImported(): Promise<string> {
    const { imports } = await world.ines.imports.list({ tenant: target, states: ['imported'] });
    return imports[0]?.id ?? '';
  }
});

describe('who reads the target while a package arrives', () => {
  let world: ImportWorld;
  const many = 4_000;
  beforeAll(async () => {
    const lines = Array.from({ length: many }, (_, at) =>
      tinyLine({ type: 'shell', project: 'sales', code: `task_${String(at)}` }),
    );
    world = await createImportWorld({ catalog: [...tinyCatalog(), ...lines] });
  }, 300_000);
  afterAll(() => world.close());

  it('REL-33 sees all of the old state or all of the new one, never a part', async () => {
    const file = await world.exported();
    const before = await world.digest();
    const seen = new Set<string>();
    const reading = { goesOn: true };
    const importing = world.imported({ file }).finally(() => (reading.goesOn = false));
    let reads = 0;
    do {
      const { assets, digest } = await world.ines.catalog.stats({ tenant: target });
      seen.add(`${String(assets)} ${digest}`);
      reads += 1;
    } while (reading.goesOn);
    const { run } = await importing;
    const after = await world.digest();

    expect(run.report?.result).toMatchObject({ written: many + 8 });
    expect(reads).toBeGreaterThan(10);
    const all = [`0 ${before}`, `${String(many + 8)} ${after}`];
    expect([...seen].filter((one) => !all.includes(one))).toEqual([]);
  }, 300_000);
});
