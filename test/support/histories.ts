import { Client, Connection } from '@temporalio/client';

/** What Temporal keeps of every workflow on a task queue: each event as text, payloads decoded. */
export async function readHistories(
  environment: Readonly<Record<string, string>>,
): Promise<Map<string, string>> {
  const connection = await Connection.connect({
    address: environment['GANTRY_TEMPORAL_ADDRESS'] ?? '',
  });
  try {
    const client = new Client({
      connection,
      namespace: environment['GANTRY_TEMPORAL_NAMESPACE'] ?? '',
    });
    const histories = new Map<string, string>();
    const query = `TaskQueue = '${environment['GANTRY_CONTROL_TASK_QUEUE'] ?? ''}'`;
    for await (const { workflowId } of client.workflow.list({ query })) {
      const history = await client.workflow.getHandle(workflowId).fetchHistory();
      histories.set(workflowId, JSON.stringify(history, decodeBytes));
    }
    return histories;
  } finally {
    await connection.close();
  }
}

/** Payloads are bytes of JSON. */
function decodeBytes(this: unknown, key: string, value: unknown): unknown {
  const raw = (this as Readonly<Record<string, unknown>>)[key];
  return raw instanceof Uint8Array ? Buffer.from(raw).toString('utf8') : value;
}
