import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { failureOf } from '../../support/failure-of';
import { createGantryStack, type GantryStack } from '../../support/gantry-stack';
import { runCommand } from '../../support/run-command';
import { startTcpProxy, type TcpProxy } from '../../support/tcp-proxy';
import { audited, ended, startExport, until, waiting } from './run-world';

const tenant = 'retail';

describe('many runs', () => {
  let stack: GantryStack;
  let store: TcpProxy;
  let waitingRun: { readonly run: string; readonly request: string };
  const parked: string[] = [];

  beforeAll(async () => {
    store = await startTcpProxy(new URL(process.env['GANTRY_S3_ENDPOINT'] ?? '').host);
    stack = await createGantryStack({
      workerEnvironment: { GANTRY_S3_ENDPOINT: `http://127.0.0.1:${store.port}` },
    });
    waitingRun = await waiting(stack);
    await stack.admin.tenants.changeSettings({
      tenant,
      settings: { exportApproval: { kind: 'none' } },
    });
    await store.cut();
    for (let count = 0; count < 3; count++) parked.push((await startExport(stack)).run);
    for (const run of parked) await until(stack, run, 'parked');
  }, 120_000);
  afterAll(async () => {
    await stack.close();
    await store.close();
  });

  const tom = () => stack.person('tom').runs;

  it('RUN-3 are listed first, by what they do now and the step they are at', async () => {
    const order = { tenant, action: 'retry' as const, dryRun: true };
    const fit = await tom().operateMany(order);
    const elsewhere = await tom().operateMany({ ...order, filter: { step: 'upload' } });
    const waitingOnes = await tom().operateMany({
      ...order,
      action: 'cancel',
      filter: { status: 'waiting for approval', pipeline: 'release.export' },
    });

    expect(fit.map((one) => one.run).sort()).toEqual([...parked].sort());
    expect(
      new Set(fit.map((one) => `${one.outcome} ${one.status ?? ''} ${one.step ?? ''}`)),
    ).toEqual(new Set(['would parked collect']));
    expect(elsewhere).toEqual([]);
    expect(waitingOnes.map((one) => one.run)).toEqual([waitingRun.run]);
    for (const run of parked) expect((await tom().show({ run })).status).toBe('parked');
  });

  it('RUN-3 are each answered, and a refusal does not stop the others', async () => {
    const runs = [parked[0] ?? '', waitingRun.run, 'release-export/rel_none/1'];
    const operated = await tom().operateMany({ tenant, action: 'skip', filter: { runs } });
    const said = Object.fromEntries(operated.map((one) => [one.run, [one.outcome, one.code]]));

    expect(said).toEqual({
      [parked[0] ?? '']: ['refused', 'StepNotSkippable'],
      [waitingRun.run]: ['refused', 'StepNotParked'],
      'release-export/rel_none/1': ['refused', 'RunNotFound'],
    });
  });

  it('RUN-21 are refused one by one to who may not operate them', async () => {
    const operated = await stack.person('sofia').runs.operateMany({ tenant, action: 'retry' });
    const stranger = await failureOf(
      stack.person('wang').runs.operateMany({ tenant, action: 'retry', dryRun: true }),
    );

    expect(operated.map((one) => one.code)).toEqual(Array(3).fill('PermissionDenied'));
    expect(stranger.code).toBe('PermissionDenied');
  });

  it('RUN-3 RUN-15 are retried by filter from the command line, each audited', async () => {
    await store.mend();
    const args = [
      'run',
      'retry',
      '--all',
      '--step',
      'collect',
      '--note',
      'store is back',
      '--json',
    ];
    const dry = await runCommand([...args, '--dry-run'], stack.shellOf('tom'));
    const retried = await runCommand(args, stack.shellOf('tom'));

    expect(JSON.parse(dry.stdout)).toHaveLength(3);
    expect(retried.status).toBe(0);
    const answers = JSON.parse(retried.stdout) as { run: string; outcome: string }[];
    expect(answers.map((one) => one.outcome)).toEqual(['done', 'done', 'done']);
    for (const run of parked) expect((await ended(stack, run)).status).toBe('succeeded');
    const rows = await audited(stack, 'run.retry');
    expect(rows.map((row) => row.object).sort()).toEqual(
      expect.arrayContaining([...parked].sort()),
    );
  });

  it('RUN-15 a wrong call says what is wrong, and a refusal is told by the exit status', async () => {
    const shell = stack.shellOf('tom');
    const nothing = await runCommand(['run', 'retry'], shell);
    const both = await runCommand(['run', 'retry', 'a', '--all'], shell);
    const [closed = '', other = ''] = parked;
    const refused = await runCommand(['run', 'cancel', closed, other, '--json'], shell);
    const cancelled = await runCommand(['run', 'cancel', '--all', '--json'], shell);

    expect([nothing.status, both.status, refused.status, cancelled.status]).toEqual([2, 2, 5, 0]);
    expect(refused.stdout.match(/RunClosed/g)).toHaveLength(2);
    expect((await ended(stack, waitingRun.run)).status).toBe('cancelled');
  });
});
