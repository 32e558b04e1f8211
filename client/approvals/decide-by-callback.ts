import { Webhook } from 'standardwebhooks';
import { z } from 'zod';
import { parseInput } from '../../schemas/parse-input';
import { PipelineError } from '../../schemas/pipeline-error';
import type { ApprovalRequestRow } from '../../store/approvals/approval-request';
import { recordCallback, type CallbackDecision } from '../../store/approvals/record-callback';
import { writeAudit } from '../../store/audit/audit-log';
import { openWebhookSecret, type WebhookRow } from '../../store/webhooks/webhook-row';
import type { ClientContext } from '../context';
import { settleDecision, type DecisionResult } from './settle-decision';

/** A call-back as it came over HTTP: the body byte for byte, the headers in any case. */
export interface CallbackMessage {
  readonly body: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

const DecisionCallback = z.object({
  type: z.literal('approval.decision'),
  data: z.strictObject({
    requestId: z.string().min(1).max(200),
    approver: z.string().min(1).max(200),
    decision: z.enum(['approve', 'reject']),
    comment: z.string().max(2000).default(''),
    /** The approver’s one-time code, where the policy asks for one. */
    code: z.string().max(100).optional(),
  }),
});

const toleranceMs = 5 * 60_000;

/**
 * Takes the decision in a call-back that a webhook’s call-back secret signs (RUN-11). The right of
 * the approver whom it names is checked as ever. The same message again gives the first outcome.
 */
export async function decideByCallback(
  context: ClientContext,
  message: CallbackMessage,
): Promise<DecisionResult> {
  const signed = readHeaders(message);
  const { data } = parseInput(DecisionCallback, parseJson(message.body));
  const request = await context
    .database<ApprovalRequestRow>('approval_requests')
    .where({ id: data.requestId })
    .first();
  // Who cannot sign is not told which requests there are.
  if (request === undefined) throw new PipelineError('CallbackUnsigned');
  await checkSignature(context, { message, signed, request, approver: data.approver });
  const { code, ...given } = data;
  const decision: CallbackDecision = {
    ...given,
    id: `callback/${request.tenant_id}/${signed.id}`,
    runId: request.run_id,
  };
  await recordCallback(context.database, decision, {
    code,
    policy: request.policy,
    encryptionKey: context.settings.encryptionKey,
  });
  return settleDecision(context, request, decision);
}

interface SignedHeaders {
  readonly id: string;
  readonly timestamp: string;
  readonly signature: string;
}

function readHeaders({ headers }: CallbackMessage): SignedHeaders {
  const lower = new Map(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const),
  );
  const read = (name: string): string => {
    const value = lower.get(name);
    if (typeof value !== 'string') throw new PipelineError('CallbackUnsigned', { header: name });
    return value;
  };
  const id = read('webhook-id');
  const timestamp = read('webhook-timestamp');
  const signature = read('webhook-signature');
  if (!/^[\x21-\x7e]{1,200}$/.test(id))
    throw new PipelineError('CallbackUnsigned', { header: 'webhook-id' });
  if (!/^\d{1,12}$/.test(timestamp))
    throw new PipelineError('CallbackUnsigned', { header: 'webhook-timestamp' });
  if (Math.abs(Date.now() - Number(timestamp) * 1000) > toleranceMs)
    throw new PipelineError('CallbackExpired', { sentAt: timestamp });
  return { id, timestamp, signature };
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    // What is not JSON is told like what is no decision.
    return undefined;
  }
}

async function checkSignature(
  { database, settings }: ClientContext,
  received: {
    readonly message: CallbackMessage;
    readonly signed: SignedHeaders;
    readonly request: ApprovalRequestRow;
    readonly approver: string;
  },
): Promise<void> {
  const { message, signed, request, approver } = received;
  const hooks = await database<WebhookRow>('webhooks').where({
    tenant_id: request.tenant_id,
    active: true,
  });
  const headers = {
    'webhook-id': signed.id,
    'webhook-timestamp': signed.timestamp,
    'webhook-signature': signed.signature,
  };
  const isSigner = (hook: WebhookRow): boolean => {
    const secret = openWebhookSecret(settings.encryptionKey, hook, 'callback-secret');
    try {
      new Webhook(secret).verify(message.body, headers, { jsonParse: false });
      return true;
    } catch {
      return false;
    }
  };
  if (hooks.some(isSigner)) return;
  await writeAudit(database, {
    tenantId: request.tenant_id,
    actor: approver,
    actorSource: 'claimed',
    action: 'approval.callback',
    object: request.id,
    outcome: 'refused',
    details: { code: 'CallbackUnsigned' },
  });
  throw new PipelineError('CallbackUnsigned');
}
