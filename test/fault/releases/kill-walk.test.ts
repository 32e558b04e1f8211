import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { exportSteps } from '../../../schemas/workflows';
import { expectWholePackage } from '../../support/exported-package';
import { createFaultStack, type FaultStack } from '../../support/fault-stack';
import { stepActivities, type ExportStep } from '../../support/step-activities';

describe('an export whose worker or servers are killed', () => {
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

  it.each(exportSteps)(
    'RUN-1 goes on after kill -9 of the worker in "%s", with the same content',
    async (step) => {
      const { run, release } = await stack.startExport();
      const underWay = await stack.whenBegun(run, step);
      await stack.workers.at(-1)?.kill();
      await stack.startWorker();

      expect((await stack.ended(run)).status).toBe('succeeded');
      // Else nothing was hit; a workflow that has to be started takes no time that could be.
      const own: readonly string[] = stepActivities[step];
      if (own.length > 0) expect(underWay.filter((name) => own.includes(name))).not.toEqual([]);
      expect(await expectWholePackage(stack, release)).toEqual(undisturbed);
    },
    240_000,
  );

  const servers = ['postgres', 'objectStore', 'temporal'] as const;
  const steps: readonly ExportStep[] = ['collect', 'package'];

  it.each(servers.flatMap((server) => steps.map((step) => ({ server, step }))))(
    'RUN-2 goes on after kill -9 of $server in "$step", with the same content',
    async ({ server, step }) => {
      const { run, release } = await stack.startExport();
      await stack.whenBegun(run, step);
      await stack.killServer(server);

      expect((await stack.ended(run)).status).toBe('succeeded');
      expect(await expectWholePackage(stack, release)).toEqual(undisturbed);
    },
    240_000,
  );
});
