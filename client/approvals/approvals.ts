import { z } from 'zod';
import { parseInput } from '../../schemas/parse-input';
import { PipelineError } from '../../schemas/pipeline-error';
import type { ApproversPolicy } from '../../schemas/runs/approval-policy';
import { TenantCode } from '../../schemas/tenants/tenant';
import { guardedRead } from '../../store/audit/audited';
import { findApprovers } from '../../store/approvals/find-approvers';
import {
  listApprovals,
  readApproval,
  type ApprovalWithContext,
} from '../../store/approvals/list-approvals';
import { findTenant } from '../../store/tenants/find-tenant';
import type { ClientContext } from '../context';
import { decide } from './decide';
import { decideByCallback, type CallbackMessage } from './decide-by-callback';
import { issueApprovalCode } from './issue-code';
import type { DecisionResult } from './settle-decision';

const ApprovalQuery = z.strictObject({
  tenant: TenantCode,
  /** Also those that others may decide, and those that are decided. @default false */
  all: z.boolean().default(false),
});
const ApprovalRef = z.strictObject({ request: z.string().min(1) });
const Decision = ApprovalRef.extend({
  comment: z.string().max(2000).default(''),
  /** The caller’s one-time code, where the policy asks for one. */
  code: z.string().max(100).optional(),
});

/** An approval request; times are RFC 3339. */
export interface Approval {
  readonly id: string;
  readonly tenant: string;
  readonly run: string;
  readonly state: ApprovalWithContext['state'];
  readonly requestedBy: string;
  readonly openedAt: string;
  readonly dueAt: string | null;
  /** SHA-256 in hex of what the approval is for: the frozen scope (REL-18). */
  readonly subjectDigest: string;
  /** What will happen: name, scope, counts, warnings. */
  readonly summary: Readonly<Record<string, unknown>>;
  readonly policy: ApproversPolicy;
}

/** A request with what was decided about it. */
export interface ApprovalDetails extends Approval {
  readonly decisions: readonly {
    readonly approver: string;
    readonly decision: 'approve' | 'reject';
    readonly comment: string;
    /** `counted`, why it does not count, or null while it is not judged. */
    readonly verdict: string | null;
    readonly decidedAt: string;
  }[];
}

/**
 * Approval requests and decisions (RUN-9, RUN-10). Every method throws `Unauthenticated`,
 * `PermissionDenied`, `ApprovalNotFound`, and `InvalidInput` with a finding per fault.
 */
export interface Approvals {
  /**
   * What waits for the caller’s decision, with what will happen and its digest.
   *
   * @example const mine = await gantry.approvals.list({ tenant: 'retail' });
   */
  list(query: z.input<typeof ApprovalQuery>): Promise<Approval[]>;
  /** A request with what was decided about it. @example await gantry.approvals.show({ request }); */
  show(ref: z.input<typeof ApprovalRef>): Promise<ApprovalDetails>;
  /**
   * Approves. Throws `DecisionIgnored` with the reason where it does not count, `ApprovalClosed`
   * where it is decided already.
   *
   * @example const { state } = await gantry.approvals.approve({ request });
   */
  approve(decision: z.input<typeof Decision>): Promise<DecisionResult>;
  /**
   * Rejects; the comment is the reason. Throws `ReasonMissing` and what `approve` throws.
   *
   * @example await gantry.approvals.reject({ request, comment: 'not before the audit' });
   */
  reject(decision: z.input<typeof Decision>): Promise<DecisionResult>;
  /**
   * Makes the caller’s one-time code for a request whose policy asks for one; it is told this once,
   * and the one before is void. Throws `ApprovalClosed`, `CodeNotNeeded`.
   *
   * @example const { code } = await gantry.approvals.code({ request });
   */
  code(
    ref: z.input<typeof ApprovalRef>,
  ): Promise<{ readonly request: string; readonly code: string }>;
  /**
   * Takes the decision in a signed call-back of an outside approval system (RUN-11); the signature
   * stands for a token. The same message again gives the first outcome. Throws `CallbackUnsigned`,
   * `CallbackExpired` (five minutes), `CallbackReplayed`, and what `approve` throws.
   *
   * @example const { state } = await gantry.approvals.decideByCallback({ body, headers });
   */
  decideByCallback(message: CallbackMessage): Promise<DecisionResult>;
}

/** Builds the part of the client that is about approvals. */
export function createApprovals(context: ClientContext): Approvals {
  const { database } = context;
  return {
    async list(input) {
      const { tenant: code, all } = parseInput(ApprovalQuery, input);
      const caller = await context.caller();
      const tenant = await findTenant(database, code);
      const attempt = {
        caller,
        tenantId: tenant.id,
        action: 'approval.read',
        object: `tenant/${code}`,
      } as const;
      return guardedRead(database, attempt, async (connection) => {
        const rows = await listApprovals(connection, { tenantId: tenant.id, pendingOnly: !all });
        const wanted: Approval[] = [];
        for (const row of rows) {
          const approvers = all ? [] : await findApprovers(connection, tenant.id, row.policy);
          if (all || approvers.some((approver) => approver.id === caller.personId))
            wanted.push(toApproval(row));
        }
        return wanted;
      });
    },
    async show(input) {
      const { request } = parseInput(ApprovalRef, input);
      const caller = await context.caller();
      const found = await readApproval(database, request);
      if (found === undefined) throw new PipelineError('ApprovalNotFound', { request });
      const attempt = {
        caller,
        tenantId: found.request.tenant_id,
        action: 'approval.read',
        object: request,
      } as const;
      return guardedRead(database, attempt, () =>
        Promise.resolve({
          ...toApproval(found.request),
          decisions: found.decisions.map(
            ({ approver, decision, comment, verdict, decided_at }) => ({
              approver,
              decision,
              comment,
              verdict,
              decidedAt: decided_at.toISOString(),
            }),
          ),
        }),
      );
    },
    approve: (input) => decide(context, { ...parseInput(Decision, input), decision: 'approve' }),
    reject: (input) => reject(context, parseInput(Decision, input)),
    code: (input) => issueApprovalCode(context, parseInput(ApprovalRef, input).request),
    decideByCallback: (message) => decideByCallback(context, message),
  };
}

async function reject(
  context: ClientContext,
  decision: z.output<typeof Decision>,
): Promise<DecisionResult> {
  if (decision.comment.trim() === '')
    throw new PipelineError('ReasonMissing', { request: decision.request });
  return decide(context, { ...decision, decision: 'reject' });
}

function toApproval(row: ApprovalWithContext): Approval {
  return {
    id: row.id,
    tenant: row.tenant_code,
    run: row.run_id,
    state: row.state,
    requestedBy: row.requester,
    openedAt: row.opened_at.toISOString(),
    dueAt: row.due_at?.toISOString() ?? null,
    subjectDigest: row.subject_digest,
    summary: row.summary,
    policy: row.policy,
  };
}
