import { isCancellation } from '@temporalio/workflow';
import type { SweepResult, SweptObjects, SweptRecords } from '../../schemas/upkeep/activities';
import type { SweepRetentionInput } from '../../schemas/workflows';
import { activitiesFor } from '../kit/activity-proxies';
import { rootCause } from '../kit/root-cause';

/** Objects before the records that tell of them. */
const objects: readonly SweptObjects[] = ['packages', 'staged objects', 'received packages'];
const records: readonly SweptRecords[] = [
  'runs',
  'before-images',
  'webhook messages',
  'notices',
  'codes',
];

/** Removes what is past its time, kind by kind; one that fails leaves the others be (RUN-26). */
export async function sweepRetention(input: SweepRetentionInput): Promise<SweepResult> {
  const swept: Partial<Record<SweptObjects | SweptRecords, number>> = {};
  const failed: Partial<Record<SweptObjects | SweptRecords, string>> = {};
  const attempt = async <K extends SweptObjects | SweptRecords>(
    kind: K,
    sweep: () => Promise<{ readonly count: number }>,
  ): Promise<void> => {
    try {
      swept[kind] = (await sweep()).count;
    } catch (error) {
      if (isCancellation(error)) throw error;
      failed[kind] = rootCause(error).code;
    }
  };
  for (const kind of objects) {
    const { bulk } = activitiesFor(input, `sweep ${kind}`);
    await attempt(kind, () => bulk.sweepObjects({ kind }));
  }
  const { runRetentionDays } = input;
  for (const kind of records) {
    const { control } = activitiesFor(input, `sweep ${kind}`);
    await attempt(kind, () => control.sweepRecords({ kind, runRetentionDays }));
  }
  const result = { swept, failed };
  await activitiesFor(input, 'audit the sweep').lasting.auditSweep(result);
  return result;
}
