import type { SourceTest } from '../../schemas/publishing/activities';
import type { TestSourceInput } from '../../schemas/workflows';
import { activitiesFor } from '../kit/activity-proxies';

/** Has a worker try a source, since that is where production connects from (REL-45). */
export async function testSource(input: TestSourceInput): Promise<SourceTest> {
  const { assetId } = input;
  return activitiesFor(input, 'try the source').bulk.testSource({ assetId });
}
