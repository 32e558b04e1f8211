import { isPipelineError } from '../../schemas/pipeline-error';
import type { ManyAction, ManyOrder, RunOperation } from '../../schemas/runs/run-selection';
import { guardedRead } from '../../store/audit/audited';
import type { RunWithContext } from '../../store/runs/find-run';
import { listRuns } from '../../store/runs/list-runs';
import { findTenant } from '../../store/tenants/find-tenant';
import type { ClientContext } from '../context';
import { cancelRun } from './cancel-run';
import { operateRun } from './operate-run';
import { readRunDetails } from './run-details';

const runsAtMost = 1000;
const atOnce = 8;

/** Which runs an action is for, where the filter does not say. */
const usualStatus: Partial<Record<ManyAction, string>> = {
  retry: 'parked',
  skip: 'parked',
  abort: 'parked',
  resume: 'paused',
};

/**
 * Does one thing to every open run that fits, or tells what it would be done to (RUN-3). What a run
 * does is asked of the run itself, so that a filter by status and step is not late. Each run is
 * checked, audited and answered like a single one; a refusal does not stop the others.
 */
export async function operateMany(
  context: ClientContext,
  order: ManyOrder,
): Promise<RunOperation[]> {
  const { filter, action, note, dryRun } = order;
  const found = await selectRuns(context, order);
  const unknown = (filter.runs ?? [])
    .filter((run) => !found.some((one) => one.run === run))
    .map((run) => refused({ run, pipeline: null, status: null, step: null }, 'RunNotFound'));
  const operated = await mapInLanes(found, async (one): Promise<RunOperation> => {
    if (one.outcome === 'refused' || dryRun) return one;
    try {
      if (action === 'cancel') await cancelRun(context, one.run);
      else await operateRun(context, { action, run: one.run, note });
      return { ...one, outcome: 'done' };
    } catch (error) {
      if (!isPipelineError(error) || error.code.endsWith('Unavailable')) throw error;
      return refused(one, error.code);
    }
  });
  return [...operated, ...unknown];
}

async function selectRuns(
  context: ClientContext,
  { tenant: code, filter, action }: ManyOrder,
): Promise<RunOperation[]> {
  const { database } = context;
  const caller = await context.caller();
  const tenant = await findTenant(database, code);
  const attempt = {
    caller,
    tenantId: tenant.id,
    action: 'run.read',
    object: `tenant/${code}`,
  } as const;
  const { runs: ids, pipeline, subject } = filter;
  const rows = await guardedRead(database, attempt, (connection) =>
    listRuns(connection, {
      tenantId: tenant.id,
      limit: runsAtMost,
      pipeline,
      subject,
      ...(ids === undefined ? { openOnly: true } : { ids }),
    }),
  );
  const status = filter.status ?? (ids === undefined ? usualStatus[action] : undefined);
  const found = await mapInLanes(rows, (row) => look(context, row));
  return found.filter(
    (one) =>
      (status === undefined || one.status === status) &&
      (filter.step === undefined || one.step === filter.step),
  );
}

async function look(context: ClientContext, row: RunWithContext): Promise<RunOperation> {
  const { status, steps } = await readRunDetails(row, '', async () =>
    (await context.temporal()).workflow.getHandle(row.id),
  );
  const step = steps.find((one) => one.state === 'parked' || one.state === 'running');
  const one = { run: row.id, pipeline: row.pipeline, status, step: step?.name ?? null };
  return row.ended_at === null
    ? { ...one, outcome: 'would', code: null }
    : refused(one, 'RunClosed');
}

function refused(
  one: Pick<RunOperation, 'run' | 'pipeline' | 'status' | 'step'>,
  code: string,
): RunOperation {
  return { ...one, outcome: 'refused', code };
}

/** In the order of the items, so many at a time. */
async function mapInLanes<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let start = 0; start < items.length; start += atOnce) {
    results.push(...(await Promise.all(items.slice(start, start + atOnce).map(work))));
  }
  return results;
}
