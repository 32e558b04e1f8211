import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { packageExpiryId } from '../../../schemas/ids';
import { workflowNames, type ExpirePackageInput } from '../../../schemas/workflows';
import { failureOf } from '../../support/failure-of';
import { createGantryStack, type GantryStack } from '../../support/gantry-stack';
import {
  audited,
  ended,
  releaseState,
  startExport,
  stepOf,
  storedKeys,
  until,
  update,
  waiting,
} from '../runs/run-world';

const tenant = 'retail';

describe('the retention of packages', () => {
  let stack: GantryStack;
  beforeAll(async () => void (stack = await createGantryStack()));
  afterAll(() => stack.close());

  const inputFor = (packageId: string, expiresAt: string): ExpirePackageInput => {
    const { retry, parkDeadlineMs, taskQueues } = stack.settings;
    const limits = { ...retry, parkDeadlineMs, shardWindow: 1, heartbeatTimeoutMs: 10_000 };
    return { queues: taskQueues, limits, tenant, packageId, expiresAt };
  };
  const packageOf = async (release: string): Promise<string> =>
    (await stack.person('mara').releases.show({ tenant, release })).package?.id ?? '';

  it('REL-22 plans the deletion of a package for the end of its retention time', async () => {
    const { run, release } = await startExport(stack);
    await ended(stack, run);
    const id = packageExpiryId(await packageOf(release));
    const { status } = await stack.temporal.workflow.getHandle(id).describe();
    const shown = await stack.person('mara').releases.show({ tenant, release });
    const days = (Number(shown.package?.expiresAt ?? 0) - Date.now()) / 86_400_000;

    expect(status.name).toBe('RUNNING');
    expect(Math.round(days)).toBe(30);
  });

  it('REL-22 deletes the file when the time has come, and the record says expired', async () => {
    const { run, release } = await startExport(stack);
    await ended(stack, run);
    const packageId = await packageOf(release);
    const before = await storedKeys(stack);
    await stack.temporal.workflow.execute(workflowNames.expirePackage, {
      workflowId: `test-${randomUUID()}`,
      taskQueue: stack.settings.taskQueues.control,
      args: [inputFor(packageId, '2020-01-01T00:00:00Z')],
    });

    const gone = before.filter((key) => key.includes(packageId));
    expect(gone).toHaveLength(1);
    expect(await storedKeys(stack)).toEqual(before.filter((key) => !key.includes(packageId)));
    expect(await releaseState(stack, release)).toBe('expired');
    expect((await audited(stack, 'package.expire'))[0]).toMatchObject({ object: packageId });
    const mara = stack.person('mara').releases;
    const target = '/nowhere';
    expect((await failureOf(mara.link({ tenant, release }))).code).toBe('PackageExpired');
    expect((await failureOf(mara.download({ tenant, release, target }))).code).toBe(
      'PackageExpired',
    );
    expect((await failureOf(mara.export({ tenant, release }))).code).toBe('ReleaseStateWrong');
  });

  /** An export that cannot plan the deletion, because there is a plan under that name. */
  const parkedAtRetention = async () => {
    const started = await waiting(stack);
    const { package_id: packageId } = await stack
      .database('frozen_scopes')
      .where({ run_id: started.run })
      .first<{ package_id: string }>('package_id');
    await stack.temporal.workflow.start(workflowNames.expirePackage, {
      workflowId: packageExpiryId(packageId),
      taskQueue: `nobody-${randomUUID()}`,
      args: [inputFor(packageId, '2099-01-01T00:00:00Z')],
    });
    await stack.person('sofia').approvals.approve({ request: started.request });
    const view = await until(stack, started.run, 'parked');
    expect(stepOf(view, 'retention').state).toBe('parked');
    return { ...started, plan: stack.temporal.workflow.getHandle(packageExpiryId(packageId)) };
  };

  it('RUN-3 can be skipped by an operator, and the run succeeds', async () => {
    const { run, release } = await parkedAtRetention();
    const input = { action: 'skip', by: 'tom', note: 'planned already' };
    const answer = await update(stack, run, { name: 'resolveStep', input });
    const details = await ended(stack, run);

    expect(answer).toEqual({ answer: 'skip: retention' });
    expect(details.status).toBe('succeeded');
    expect(stepOf(details, 'retention')).toMatchObject({ state: 'skipped' });
    expect(stepOf(details, 'retention').note).toBe('skip by tom: planned already');
    expect(await releaseState(stack, release)).toBe('exported');
  });

  it('RUN-7 keeps a package that is registered when its run is cancelled after that', async () => {
    const { run, release } = await parkedAtRetention();
    await stack.person('mara').runs.cancel({ run });
    expect((await ended(stack, run)).status).toBe('cancelled');
    const link = await stack.person('mara').releases.link({ tenant, release });

    expect(await releaseState(stack, release)).toBe('exported');
    expect((await fetch(link)).status).toBe(200);
  });

  const stops = {
    aborted: (run: string) => stack.person('tom').runs.abort({ run }),
    cancelled: (run: string) => stack.person('mara').runs.cancel({ run }),
  } as const;
  it.each(['aborted', 'cancelled'] as const)(
    'RUN-7 plans the deletion of a package that is registered when its run is %s after that',
    async (outcome) => {
      const { run, release, plan } = await parkedAtRetention();
      await plan.terminate();
      await stops[outcome](run);
      const { status, report } = await ended(stack, run);

      expect(status).toBe(outcome);
      expect(report?.undoFailures).toEqual([]);
      expect((await plan.describe()).status.name).toBe('RUNNING');
      expect(await releaseState(stack, release)).toBe('exported');
    },
  );

  it('RUN-7 names the deletion that could not be planned when its run is aborted', async () => {
    const { run } = await parkedAtRetention();
    await stack.person('tom').runs.abort({ run });

    expect((await ended(stack, run)).report?.undoFailures).toEqual([
      expect.stringContaining('plan the deletion of the package'),
    ]);
  });
});
