import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { expectWholePackage } from '../../support/exported-package';
import { createFaultStack, type FaultStack } from '../../support/fault-stack';

/** A sample of `npm run test:fault`, which kills everything in every step. */
describe('an export under which something is killed', () => {
  let stack: FaultStack;
  let undisturbed: Map<string, string>;

  beforeAll(async () => {
    stack = await createFaultStack();
    const { run, release } = await stack.startExport();
    expect((await stack.ended(run)).status).toBe('succeeded');
    undisturbed = await expectWholePackage(stack, release);
    expect(undisturbed.size).toBeGreaterThan(2);
  }, 180_000);

  afterAll(() => stack.close(), 60_000);

  it('REL-18 gives the same content after kill -9 of the worker while it collects', async () => {
    const { run, release } = await stack.startExport();
    expect(await stack.whenBegun(run, 'collect')).toContain('collectShards');
    await stack.workers.at(-1)?.kill();
    await stack.startWorker();

    expect((await stack.ended(run)).status).toBe('succeeded');
    expect(await expectWholePackage(stack, release)).toEqual(undisturbed);
  }, 180_000);

  it('RUN-2 gives the same content after kill -9 of PostgreSQL while it collects', async () => {
    const { run, release } = await stack.startExport();
    await stack.whenBegun(run, 'collect');
    await stack.killServer('postgres');

    expect((await stack.ended(run)).status).toBe('succeeded');
    expect(await expectWholePackage(stack, release)).toEqual(undisturbed);
  }, 180_000);
});
