import { sleep } from '@temporalio/workflow';
import type { ExpirePackageInput } from '../../schemas/workflows';
import { activitiesFor } from '../kit/activity-proxies';

/** Deletes a package after its retention time and says so in the record (REL-22). */
export async function expirePackage(input: ExpirePackageInput): Promise<void> {
  const { packageId } = input;
  await sleep(Math.max(0, Date.parse(input.expiresAt) - Date.now()));
  const { lasting, bulk } = activitiesFor(input, `expire ${packageId}`);
  await lasting.markPackageExpired({ packageId });
  await bulk.deletePackageObject({ packageId });
}
