import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { WorkflowFailedError, type WorkflowHandle } from '@temporalio/client';
import { z } from 'zod';
import type { OperatorAction } from '../../schemas/messages';
import { parseInput } from '../../schemas/parse-input';
import { FindingOverrides } from '../../schemas/runs/override';
import { ManyOrder, type RunOperation } from '../../schemas/runs/run-selection';
import { TenantCode } from '../../schemas/tenants/tenant';
import type { RunReport } from '../../schemas/workflows';
import { guardedRead } from '../../store/audit/audited';
import { findRun, type RunWithContext } from '../../store/runs/find-run';
import { listExecutions } from '../../store/runs/list-executions';
import { listRuns } from '../../store/runs/list-runs';
import { findTenant } from '../../store/tenants/find-tenant';
import type { ClientContext } from '../context';
import { cancelRun } from './cancel-run';
import { operateMany } from './operate-many';
import { operateRun } from './operate-run';
import { rerunRun, type RerunStarted } from './rerun-run';
import {
  readRunDetails,
  toEarlierExecution,
  toRunSummary,
  type RunDetails,
  type RunSummary,
} from './run-details';

const RunQuery = z.strictObject({
  tenant: TenantCode,
  status: z.string().min(1).optional(),
  pipeline: z.string().min(1).optional(),
  subject: z.string().min(1).optional(),
  limit: z.int().min(1).max(1000).default(50),
});
const RunRef = z.strictObject({ run: z.string().min(1) });
const RerunOrder = RunRef.extend({
  /** The first step that is done anew. */
  step: z.string().min(1),
  /** The same request is the same execution. @default a random one */
  requestId: z.string().min(1).max(200).default(randomUUID),
  /** Findings that pass, each with a reason; those of the earlier execution hold too. @default [] */
  overrides: FindingOverrides,
});
const RunOrder = RunRef.extend({ note: z.string().max(1000).default('') });

/**
 * Runs of every pipeline: what they do, and what operators do with them (RUN-1, RUN-3, RUN-14).
 * Every method throws `Unauthenticated`, `PermissionDenied`, `RunNotFound`, and `InvalidInput` with
 * a finding per fault.
 */
export interface Runs {
  /**
   * The runs of a tenant, the newest first.
   *
   * @example const parked = await gantry.runs.list({ tenant: 'retail', status: 'parked' });
   */
  list(query: z.input<typeof RunQuery>): Promise<RunSummary[]>;
  /**
   * A run with every step: state, times, attempts, progress, last error.
   *
   * @example const { steps } = await gantry.runs.show({ run });
   */
  show(ref: z.input<typeof RunRef>): Promise<RunDetails>;
  /**
   * Streams a run’s state whenever it changed, until it has ended; the last one is the ended run.
   *
   * @example for await (const { steps } of gantry.runs.watch({ run })) print(steps);
   */
  watch(
    ref: z.input<typeof RunRef>,
    options?: { readonly everyMs?: number },
  ): AsyncIterable<RunDetails>;
  /**
   * Waits for the end and says how it was; business outcomes such as `rejected` do not throw (RUN-6).
   *
   * @example const { outcome } = await gantry.runs.result({ run });
   */
  result(ref: z.input<typeof RunRef>): Promise<Omit<RunReport, 'steps'>>;
  /** Runs the parked step again. Throws `StepNotParked`. @example await gantry.runs.retry({ run }); */
  retry(order: z.input<typeof RunOrder>): Promise<void>;
  /** Goes on without the parked step. Throws `StepNotParked`, `StepNotSkippable`. @example await gantry.runs.skip({ run, note: 'known' }); */
  skip(order: z.input<typeof RunOrder>): Promise<void>;
  /** Gives a parked run up and undoes it. Throws `StepNotParked`. @example await gantry.runs.abort({ run }); */
  abort(order: z.input<typeof RunOrder>): Promise<void>;
  /** Holds a run before its next step. Throws `RunClosed`. @example await gantry.runs.pause({ run }); */
  pause(order: z.input<typeof RunOrder>): Promise<void>;
  /** Lets a paused run go on. Throws `RunClosed`. @example await gantry.runs.resume({ run }); */
  resume(order: z.input<typeof RunOrder>): Promise<void>;
  /** Cancels a run and undoes what it did (RUN-7); an ended run stays as it is. @example await gantry.runs.cancel({ run }); */
  cancel(ref: z.input<typeof RunRef>): Promise<void>;
  /**
   * Starts a closed run again from a step, with the recorded results of the earlier ones, in the
   * caller’s name; permission, mode and settings are checked again, and an approval counts only for
   * the same digest (RUN-4). Throws `RunNotRerunnable`, `RunStillOpen`, `StepUnknown`, and
   * `StepNotRecorded` with the step from which it can be.
   *
   * @example const { execution } = await gantry.runs.rerunFrom({ run, step: 'collect' });
   */
  rerunFrom(order: z.input<typeof RerunOrder>): Promise<RerunStarted>;
  /**
   * Does one thing to every open run that fits, and tells what became of each; a refusal does not
   * stop the others. With `dryRun` it only tells which. At most 1,000 at once.
   *
   * @example
   * await gantry.runs.operateMany({ tenant: 'retail', action: 'retry', filter: { step: 'upload' } });
   */
  operateMany(order: z.input<typeof ManyOrder>): Promise<RunOperation[]>;
  /** The run’s page in the Temporal UI. @example open(gantry.runs.link({ run })); */
  link(ref: z.input<typeof RunRef>): string;
}

/** How often a watched run is asked. */
const watchEveryMs = 500;

/** Builds the part of the client that is about runs. */
export function createRuns(context: ClientContext): Runs {
  const { database } = context;
  const link = ({ run }: z.input<typeof RunRef>): string => pageOf(context, run);
  const show = async (input: z.input<typeof RunRef>): Promise<RunDetails> => {
    const run = await readRun(context, input);
    const details = await readRunDetails(run, link({ run: run.id }), () =>
      handleOf(context, run.id),
    );
    const earlier = run.execution === 1 ? [] : await listExecutions(database, run.id);
    return { ...details, earlier: earlier.map(toEarlierExecution) };
  };
  const operate = (action: OperatorAction, input: z.input<typeof RunOrder>): Promise<void> =>
    operateRun(context, { action, ...parseInput(RunOrder, input) });

  return {
    link,
    show,
    watch: (input, { everyMs = watchEveryMs } = {}) => watchRun(() => show(input), everyMs),
    async list(input) {
      const { tenant: code, ...filter } = parseInput(RunQuery, input);
      const caller = await context.caller();
      const tenant = await findTenant(database, code);
      const object = `tenant/${code}`;
      const attempt = { caller, tenantId: tenant.id, action: 'run.read', object } as const;
      const rows = await guardedRead(database, attempt, (connection) =>
        listRuns(connection, { ...filter, tenantId: tenant.id }),
      );
      return rows.map((row) => toRunSummary(row, link({ run: row.id })));
    },
    async result(input) {
      const { run: id } = parseInput(RunRef, input);
      let closed: Promise<boolean> | undefined;
      for (;;) {
        const run = await readRun(context, input);
        if (run.ended_at !== null && run.report !== null) return run.report;
        // The engine tells at once; what counts is the record, which is asked all the same.
        closed ??= whenClosed(context, id);
        if (await Promise.race([closed, sleep(watchEveryMs, false)])) closed = never;
      }
    },
    retry: (order) => operate('retry', order),
    skip: (order) => operate('skip', order),
    abort: (order) => operate('abort', order),
    pause: (order) => operate('pause', order),
    resume: (order) => operate('resume', order),
    rerunFrom: (order) => rerunRun(context, parseInput(RerunOrder, order)),
    operateMany: (order) => operateMany(context, parseInput(ManyOrder, order)),
    cancel: (ref) => cancelRun(context, parseInput(RunRef, ref).run),
  };
}

async function readRun(
  context: ClientContext,
  input: z.input<typeof RunRef>,
): Promise<RunWithContext> {
  const { run: runId } = parseInput(RunRef, input);
  const caller = await context.caller();
  const run = await findRun(context.database, runId);
  const attempt = { caller, tenantId: run.tenant_id, action: 'run.read', object: runId } as const;
  return guardedRead(context.database, attempt, () => Promise.resolve(run));
}

async function* watchRun(
  show: () => Promise<RunDetails>,
  everyMs: number,
): AsyncGenerator<RunDetails> {
  let last = '';
  for (;;) {
    const details = await show();
    const now = JSON.stringify(details);
    if (now !== last) yield details;
    if (details.endedAt !== null) return;
    last = now;
    await sleep(everyMs);
  }
}

/** True when the run’s workflow is closed, however it ended; never, where that cannot be heard of. */
async function whenClosed(context: ClientContext, runId: string): Promise<boolean> {
  try {
    await (await handleOf(context, runId)).result();
  } catch (error) {
    if (!(error instanceof WorkflowFailedError)) return never;
  }
  return true;
}

const never = new Promise<never>(() => undefined);

async function handleOf(context: ClientContext, runId: string): Promise<WorkflowHandle> {
  return (await context.temporal()).workflow.getHandle(runId);
}

function pageOf({ settings }: ClientContext, runId: string): string {
  const { uiUrl, namespace } = settings.temporal;
  return `${uiUrl}/namespaces/${namespace}/workflows/${encodeURIComponent(runId)}`;
}
