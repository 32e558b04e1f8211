import type { Connection } from '../database/connect';
import type { RunWithContext } from './find-run';

/** Which runs are wanted; the newest come first. */
export interface RunFilter {
  readonly tenantId: number;
  readonly status?: string | undefined;
  readonly pipeline?: string | undefined;
  readonly subject?: string | undefined;
  /** Only those with these ids. */
  readonly ids?: readonly string[] | undefined;
  /** Only those that have not ended. */
  readonly openOnly?: boolean;
  readonly limit: number;
}

/** The runs of a tenant that fit the filter. */
export async function listRuns(
  connection: Connection,
  filter: RunFilter,
): Promise<RunWithContext[]> {
  const { status, pipeline, subject, ids } = filter;
  return connection('runs')
    .join('tenants', 'tenants.id', 'runs.tenant_id')
    .join('people', 'people.id', 'runs.requested_by')
    .where('runs.tenant_id', filter.tenantId)
    .andWhere((query) => {
      if (status !== undefined) void query.where('runs.status', status);
      if (pipeline !== undefined) void query.where('runs.pipeline', pipeline);
      if (subject !== undefined) void query.where('runs.subject', subject);
      if (ids !== undefined) void query.whereIn('runs.id', [...ids]);
      if (filter.openOnly === true) void query.whereNull('runs.ended_at');
    })
    .orderBy([{ column: 'runs.started_at', order: 'desc' }, { column: 'runs.id' }])
    .limit(filter.limit)
    .select<RunWithContext[]>('runs.*', 'tenants.code as tenant_code', 'people.name as requester');
}
