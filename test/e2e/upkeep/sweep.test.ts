import { Readable } from 'node:stream';
import { Client as StoreClient } from 'minio';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { failureOf } from '../../support/failure-of';
import { createGantryStack, type GantryStack } from '../../support/gantry-stack';
import { runCommand } from '../../support/run-command';
import { startTcpProxy, type TcpProxy } from '../../support/tcp-proxy';
import { ended, releaseState, startExport, storedKeys, until, waiting } from '../runs/run-world';

const tenant = 'retail';
const longAgo = '2020-01-01T00:00:00Z';

describe('the retention sweep', () => {
  let stack: GantryStack;
  let store: TcpProxy;

  beforeAll(async () => {
    store = await startTcpProxy(new URL(process.env['GANTRY_S3_ENDPOINT'] ?? '').host);
    stack = await createGantryStack({
      workerEnvironment: { GANTRY_S3_ENDPOINT: `http://127.0.0.1:${store.port}` },
    });
  }, 60_000);
  afterAll(async () => {
    await stack.close();
    await store.close();
  });

  const put = async (key: string): Promise<void> => {
    const { objectStore } = stack.settings;
    const { hostname, port } = new URL(objectStore.endpoint);
    const { region, accessKey, secretKey, bucket } = objectStore;
    const client = new StoreClient({
      ...{ endPoint: hostname, port: Number(port), useSSL: false },
      ...{ region, accessKey, secretKey },
    });
    await client.putObject(bucket, key, Readable.from([Buffer.from('x')]), 1);
  };
  const noApproval = () =>
    stack.admin.tenants.changeSettings({ tenant, settings: { exportApproval: { kind: 'none' } } });
  const age = (run: string, column: 'started_at' | 'ended_at') =>
    stack
      .database('runs')
      .where({ id: run })
      .update({ [column]: longAgo });
  const cancelled = async (): Promise<string> => {
    const { run } = await waiting(stack);
    await stack.person('mara').runs.cancel({ run });
    await ended(stack, run);
    return run;
  };

  it('RUN-26 removes what closed runs and no run left behind, and nothing of an open run', async () => {
    const closed = await cancelled();
    await noApproval();
    const open = await startExport(stack);
    await ended(stack, open.run);
    const held = await waiting(stack);
    for (const run of [closed, held.run, 'release-export/rel_gone/7'])
      await put(`staging/${run}/shards/left.zip`);
    await put('incoming/imp_fresh/package.dp');
    await age(held.run, 'started_at');
    const { swept, failed } = await stack.admin.upkeep.sweep();
    const keys = await storedKeys(stack);

    expect(failed).toEqual({});
    expect(swept['staged objects']).toBe(2);
    expect(swept['received packages']).toBe(0);
    expect(keys.filter((key) => key.startsWith('staging/'))).toEqual([
      `staging/${held.run}/shards/left.zip`,
    ]);
    expect(keys).toContain('incoming/imp_fresh/package.dp');
    expect(keys.filter((key) => key.startsWith('packages/'))).toHaveLength(1);
    await stack.person('sofia').approvals.approve({ request: held.request });
    expect((await ended(stack, held.run)).status).toBe('succeeded');
  });

  it('RUN-26 lets a parked run that had staged go on as if nothing had been', async () => {
    await noApproval();
    await store.cut();
    const { run } = await startExport(stack);
    await until(stack, run, 'parked');
    await age(run, 'started_at');
    await store.mend();
    await put(`staging/${run}/shards/mine.zip`);
    await stack.admin.upkeep.sweep();

    expect(await storedKeys(stack)).toContain(`staging/${run}/shards/mine.zip`);
    await stack.person('tom').runs.retry({ run });
    expect((await ended(stack, run)).status).toBe('succeeded');
  });

  it('RUN-26 removes records of runs past their time, but packages, open runs and the audit log', async () => {
    const old = await cancelled();
    const young = await cancelled();
    await noApproval();
    const packaged = await startExport(stack);
    await ended(stack, packaged.run);
    const open = await waiting(stack);
    await age(old, 'ended_at');
    await age(packaged.run, 'ended_at');
    await age(open.run, 'started_at');
    const { swept } = await stack.admin.upkeep.sweep();
    const runs = await stack.person('mara').runs.list({ tenant, limit: 1000 });
    const ids = runs.map((run) => run.id);

    expect(swept.runs).toBe(1);
    expect(ids).not.toContain(old);
    expect(ids).toEqual(expect.arrayContaining([young, packaged.run, open.run]));
    const { entries } = await stack.person('lin').audit.list({ tenant, object: old });
    expect(entries.length).toBeGreaterThan(0);
    await stack.person('mara').runs.cancel({ run: open.run });
    await ended(stack, open.run);
  });

  it('RUN-26 REL-22 deletes packages whose own run to delete them is gone', async () => {
    const { run, release } = await startExportWithoutApproval();
    await ended(stack, run);
    const { package: made } = await stack.person('mara').releases.show({ tenant, release });
    const id = made?.id ?? '';
    await stack.temporal.workflow.getHandle(`package-expiry/${id}`).terminate('lost');
    await stack.database('packages').where({ id }).update({ expires_at: longAgo });
    const { swept } = await stack.admin.upkeep.sweep();

    expect(swept.packages).toBe(1);
    expect(await releaseState(stack, release)).toBe('expired');
    expect((await storedKeys(stack)).filter((key) => key.includes(id))).toEqual([]);
  });

  it('RUN-15 RUN-26 is shown and asked for by the installation administrator alone', async () => {
    const refused = await failureOf(stack.person('lin').upkeep.sweep());
    const shell = { ...stack.environment, GANTRY_TOKEN: stack.adminToken };
    const swept = await runCommand(['upkeep', 'sweep', '--json'], shell);
    const shown = await runCommand(['upkeep', 'show', '--json'], shell);

    expect(refused.code).toBe('PermissionDenied');
    expect([swept.status, JSON.parse(swept.stdout)]).toMatchObject([0, { failed: {} }]);
    expect(JSON.parse(shown.stdout)).toMatchObject({
      scheduled: true,
      paused: false,
      nextAt: expect.any(String),
      last: { swept: { 'staged objects': 0 }, failed: {} },
    });
  });

  const startExportWithoutApproval = async () => {
    await noApproval();
    return startExport(stack);
  };
});
