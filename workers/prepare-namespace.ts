import { Connection, isGrpcServiceError } from '@temporalio/client';
import type { Settings } from '../schemas/settings';
import { searchAttributeNames } from '../schemas/messages';

/** Histories are kept so long; a development server starts with one day. */
const retentionDays = 30;
const keyword = 2;

/** The namespace with its retention and search attributes; safe to repeat. */
export async function prepareNamespace({
  address,
  namespace,
}: Settings['temporal']): Promise<void> {
  const connection = await Connection.connect({ address });
  try {
    const retention = { seconds: retentionDays * 24 * 60 * 60 };
    try {
      await connection.workflowService.registerNamespace({
        namespace,
        workflowExecutionRetentionPeriod: retention as never,
      });
    } catch (error) {
      if (!isGrpcServiceError(error) || (error.code as number) !== alreadyExists) throw error;
      await connection.workflowService.updateNamespace({
        namespace,
        config: { workflowExecutionRetentionTtl: retention as never },
      });
    }
    const { customAttributes } = await connection.operatorService.listSearchAttributes({
      namespace,
    });
    const missing = Object.values(searchAttributeNames).filter(
      (name) => !(name in customAttributes),
    );
    if (missing.length > 0) {
      await connection.operatorService.addSearchAttributes({
        namespace,
        searchAttributes: Object.fromEntries(missing.map((name) => [name, keyword])),
      });
    }
  } finally {
    await connection.close();
  }
}

/** The gRPC status for what is there already. */
const alreadyExists = 6;
