import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { findServerBinaries } from '../../../local/server-binaries';
import { createFaultStack, type FaultStack } from '../../support/fault-stack';
import { expectWholePackage } from '../../support/exported-package';
import { startTcpProxy, type TcpProxy } from '../../support/tcp-proxy';

const run = promisify(execFile);

describe('an export that is parked, seen by the temporal command', () => {
  let stack: FaultStack;
  let store: TcpProxy;
  let program: string;

  beforeAll(async () => {
    program = (await findServerBinaries({ build: false })).temporal.path;
    stack = await createFaultStack({
      worker: false,
      environment: { GANTRY_ACTIVITY_MAX_ATTEMPTS: '2' },
    });
    store = await startTcpProxy(new URL(stack.settings.objectStore.endpoint).host);
    await stack.startWorker({ GANTRY_S3_ENDPOINT: `http://127.0.0.1:${store.port}` });
  }, 120_000);

  afterAll(async () => {
    await stack.close();
    await store.close();
  }, 60_000);

  /** As docs/operations.md tells it. */
  const temporal = async (...args: string[]): Promise<string> => {
    const { address, namespace } = stack.settings.temporal;
    const all = [...args, '--address', address, '--namespace', namespace];
    return (await run(program, all)).stdout;
  };

  it('RUN-3 is listed by its status and goes on at the signal retry', async () => {
    await store.cut();
    const { run: id, release } = await stack.startExport();
    await stack.whenStatus(id, 'parked');

    const query = `GantryStatus = "parked" and GantryRelease = "${release}"`;
    expect(await temporal('workflow', 'list', '--query', query)).toContain(id);

    await store.mend();
    const signal = ['workflow', 'signal', '--workflow-id', id, '--name', 'retry'];
    await temporal(...signal, '--input', '"tom"');

    expect((await stack.ended(id)).status).toBe('succeeded');
    expect((await expectWholePackage(stack, release)).size).toBeGreaterThan(2);
  }, 180_000);

  it('RUN-3 undoes what it did at the signal abort', async () => {
    await store.cut();
    const { run: id, release } = await stack.startExport();
    await stack.whenStatus(id, 'parked');
    await store.mend();
    const signal = ['workflow', 'signal', '--workflow-id', id, '--name', 'abort'];
    await temporal(...signal, '--input', '{"by":"tom","note":"not today"}');

    const details = await stack.ended(id);
    expect(details.report?.outcome).toBe('aborted');
    expect(details.report?.undoFailures).toEqual([]);
    const shown = await stack.person('mara').releases.show({ tenant: 'retail', release });
    expect(shown.state).toBe('failed');
    expect(await stack.objects.keys('staging/')).toEqual([]);
  }, 180_000);
});
