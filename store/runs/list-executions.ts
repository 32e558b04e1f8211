import type { RunReport } from '../../schemas/workflows';
import type { Connection } from '../database/connect';

/** How a run ended before it was started again (RUN-4). */
export interface ExecutionRow {
  readonly execution: number;
  readonly status: string;
  readonly requester: string;
  readonly report: Omit<RunReport, 'steps'> | null;
  readonly started_at: Date;
  readonly ended_at: Date;
}

/** The earlier executions of a run, the first one first. */
export async function listExecutions(
  connection: Connection,
  runId: string,
): Promise<ExecutionRow[]> {
  return connection('run_executions')
    .join('people', 'people.id', 'run_executions.requested_by')
    .where('run_executions.run_id', runId)
    .orderBy('run_executions.execution')
    .select<ExecutionRow[]>('run_executions.*', 'people.name as requester');
}
