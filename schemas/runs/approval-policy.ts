import { z } from 'zod';
import { roles } from '../tenants/rights';

/** Who may approve: one person by name, or everybody of the tenant who holds a role. */
export const Approver = z.union(
  [z.strictObject({ person: z.string().min(1) }), z.strictObject({ role: z.enum(roles) })],
  'is neither {"person": name} nor {"role": role}',
);
export type Approver = z.infer<typeof Approver>;

/** What becomes of a request that nobody decided in time. */
export const DeadlineOutcome = z.enum(['expire', 'reject', 'approve']);
export type DeadlineOutcome = z.infer<typeof DeadlineOutcome>;

const durationMs = z.int().min(1);

/** Approvals are needed: from whom, how many, until when (RUN-9). */
export const ApproversPolicy = z
  .strictObject({
    kind: z.literal('approvers'),
    /** At least one; a person who matches several entries still counts once. */
    approvers: z.array(Approver).min(1),
    /** How many different people must approve. @default 1 */
    quorum: z.int().min(1).default(1),
    /** Whether the person who asked may approve. @default false */
    selfApproval: z.boolean().default(false),
    /** Milliseconds from the request to its deadline; without it a request waits for ever. */
    deadlineMs: durationMs.optional(),
    /** What happens at the deadline. @default 'expire': the run ends with outcome `expired` */
    onDeadline: DeadlineOutcome.default('expire'),
    /** Milliseconds between reminders to those who have not decided; without it there are none. */
    remindEveryMs: durationMs.optional(),
    /** Whether a decision must carry a code made for this approver and request. @default false */
    oneTimeCode: z.boolean().default(false),
  })
  .refine((policy) => policy.quorum <= reachable(policy.approvers), {
    path: ['quorum'],
    message: 'is more than the people who are named',
    params: { finding: 'QuorumOutOfReach', fix: 'Name more approvers or lower the quorum.' },
  });
export type ApproversPolicy = z.infer<typeof ApproversPolicy>;

/** The approval policy of a tenant for one pipeline (REL-2, RUN-9): none, or approvers. */
export const ApprovalPolicy = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('none') }),
  ApproversPolicy,
]);
export type ApprovalPolicy = z.infer<typeof ApprovalPolicy>;

/** How many can approve at most; a role may have any number of holders, no entry is a fault of its own. */
function reachable(approvers: readonly Approver[]): number {
  const people = approvers.flatMap((one) => ('person' in one ? [one.person] : []));
  return people.length < approvers.length || people.length === 0
    ? Number.POSITIVE_INFINITY
    : new Set(people).size;
}
