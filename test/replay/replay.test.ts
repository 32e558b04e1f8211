import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { temporal } from '@temporalio/proto';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { DeterminismViolationError } from '@temporalio/workflow';
import { workflowNames } from '../../schemas/workflows';

const folder = join(__dirname, 'histories');
const codePath = join(__dirname, '..', '..', 'dist', 'workflow-bundle.js');

interface Recorded {
  readonly workflowId: string;
  readonly history: temporal.api.history.v1.History;
}

Runtime.install({ logger: new DefaultLogger('ERROR', () => undefined) });

describe('recorded histories', () => {
  it('RUN-8 are kept of every workflow', () => {
    expect(readdirSync(folder).sort()).toEqual(Object.values(workflowNames).sort());
  });

  it('RUN-8 are kept of runs that parked, wait, and ended in each way', () => {
    const names = readdirSync(join(folder, workflowNames.exportRelease));

    expect(names.map((name) => name.replace('.json', '')).sort()).toEqual([
      'aborted',
      'approved',
      'cancelled',
      'cancelled-at-retention',
      'check-failed',
      // From before decisions were judged one after another; cannot be recorded again.
      'decided-together',
      'expired',
      'finished',
      'parked',
      'parked-and-retried',
      'paused',
      'rejected',
      'scanned',
      'started-again',
      'waiting-for-approval',
    ]);
  });

  it('RUN-8 are kept of publish runs that wait, and ended in each way', () => {
    const names = readdirSync(join(folder, workflowNames.publishObjects));

    expect(names.map((name) => name.replace('.json', '')).sort()).toEqual([
      'approved',
      'check-failed',
      'finished',
      'nothing-to-do',
      'rejected',
      'waiting-for-approval',
    ]);
  });

  it('RUN-8 are kept of imports and undos that parked, wait, and ended in each way', () => {
    const namesOf = (workflow: string): string[] =>
      readdirSync(join(folder, workflow))
        .map((name) => name.replace('.json', ''))
        .sort();

    expect(namesOf(workflowNames.importPackage)).toEqual([
      'approved',
      'cancelled-in-stage',
      'check-failed',
      'checked',
      'finished',
      'nothing-to-do',
      'parked-and-retried',
      'parked-in-stage',
      'planned',
      'rejected',
      'target-moved',
      'waiting-for-approval',
    ]);
    expect(namesOf(workflowNames.undoImport)).toEqual([
      'object-changed-since',
      'undo-undone',
      'undone',
    ]);
  });

  it.each(recorded())('RUN-8 replay with the workflows of today: %s', async (file) => {
    const { workflowId, history } = read(file);

    expect(history.events.length).toBeGreaterThan(4);
    await Worker.runReplayHistory({ workflowBundle: { codePath } }, history, workflowId);
  });

  it('RUN-8 do not replay with workflows that would do something else', async () => {
    const { workflowId, history } = read(join(workflowNames.exportRelease, 'finished.json'));
    for (const event of history.events) {
      const type = event.activityTaskScheduledEventAttributes?.activityType;
      if (type?.name === 'collectShard') type.name = 'collectAnother';
    }
    const replayed = Worker.runReplayHistory({ workflowBundle: { codePath } }, history, workflowId);

    await expect(replayed).rejects.toBeInstanceOf(DeterminismViolationError);
  });
});

function recorded(): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.json'),
  );
}

function read(file: string): Recorded {
  const kept = JSON.parse(readFileSync(join(folder, file), 'utf8')) as {
    readonly workflowId: string;
    readonly history: Record<string, unknown>;
  };
  return { ...kept, history: temporal.api.history.v1.History.fromObject(kept.history) };
}
