import type { PublishBulkActivities } from '../../schemas/publishing/activities';
import { PipelineError } from '../../schemas/pipeline-error';
import { noteSourceTest } from '../../store/publishing/change-source-settings';
import { connectionOf, readSource, resolveSource } from '../../store/publishing/source-settings';
import type { Dependencies } from '../dependencies';
import { beating } from '../kit/beating';
import { publishingPorts } from './publishing-ports';

/** Tries what a source would connect to once published (REL-45). Twice: it is tried again. */
export function testSource(dependencies: Dependencies): PublishBulkActivities['testSource'] {
  const { database, encryptionKey } = dependencies;
  const { connectionTester } = publishingPorts(dependencies);
  return ({ assetId }) =>
    beating(async () => {
      const row = await readSource(database, assetId);
      if (row === undefined) throw new PipelineError('SourceNotFound', { asset: assetId });
      const resolved = resolveSource(encryptionKey, row);
      const tested = (await connectionTester?.test(connectionOf(encryptionKey, row, resolved))) ?? {
        tried: false,
        reached: false,
        reason: 'this installation does not try sources',
      };
      await noteSourceTest(database, assetId, tested);
      return tested;
    });
}
