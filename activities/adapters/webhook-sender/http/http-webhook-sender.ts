import { lookup } from 'node:dns';
import { request as requestHttp, type RequestOptions } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { PipelineError, isPipelineError } from '../../../../schemas/pipeline-error';
import type { WebhookMessage, WebhookSender } from '../../../ports/webhook-sender';
import { isPublicAddress } from './public-address';

/** How messages are sent. */
export interface HttpWebhookSenderOptions {
  /** Milliseconds for a whole request. */
  readonly timeoutMs: number;
  /** `public`: only https, and only to addresses that are neither loopback nor private. */
  readonly targets: 'any' | 'public';
}

/**
 * Sends over HTTP, signed as Standard Webhooks says. Redirects are answers like any other that is
 * not 2xx: a receiver cannot send Gantry elsewhere.
 */
export function createHttpWebhookSender(options: HttpWebhookSenderOptions): WebhookSender {
  return {
    async send(message) {
      const url = new URL(message.url);
      refuseForbidden(url, options);
      const status = await post(url, message, options);
      if (status < 200 || status > 299) {
        throw new PipelineError('WebhookRefused', { origin: url.origin, status });
      }
    },
  };
}

function refuseForbidden(url: URL, { targets }: HttpWebhookSenderOptions): void {
  if (targets === 'any') return;
  const host = url.hostname.replace(/^\[|\]$/g, '');
  // A name is judged when it is looked up; an address never is looked up.
  if (url.protocol !== 'https:' || (isIP(host) !== 0 && !isPublicAddress(host))) {
    throw forbidden(url.origin);
  }
}

function post(
  url: URL,
  { id, body, secret }: WebhookMessage,
  { timeoutMs, targets }: HttpWebhookSenderOptions,
): Promise<number> {
  const now = new Date();
  const content = Buffer.from(body, 'utf8');
  const options: RequestOptions = {
    method: 'POST',
    // One connection a message: the next one may come in an hour.
    agent: false,
    signal: AbortSignal.timeout(timeoutMs),
    ...(targets === 'public' ? { lookup: lookupPublic } : {}),
    headers: {
      'content-type': 'application/json',
      'content-length': content.length,
      'user-agent': 'gantry',
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
      'webhook-signature': new Webhook(secret).sign(id, now, body),
    },
  };
  const request = url.protocol === 'https:' ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const sent = request(url, options, (response) => {
      // What it says besides is of no interest, and may be without end.
      response.destroy();
      resolve(response.statusCode ?? 0);
    });
    sent.once('error', (error) => reject(toFailure(error, url)));
    sent.end(content);
  });
}

/** Looks a name up and refuses it where any of its addresses is not public, at the moment it is used. */
const lookupPublic: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    const [first] = error === null ? addresses : [];
    if (first === undefined) callback(error, '');
    else if (!addresses.every(({ address }) => isPublicAddress(address)))
      callback(forbidden(hostname), '');
    else if (options.all === true) callback(null, addresses);
    else callback(null, first.address, first.family);
  });
};

function toFailure(error: Error, { origin }: URL): PipelineError {
  if (isPipelineError(error)) return error;
  const code = (error as { code?: unknown }).code;
  const timedOut = error.name === 'AbortError' || error.name === 'TimeoutError';
  const why = timedOut ? 'no answer in time' : typeof code === 'string' ? code : error.name;
  return new PipelineError('WebhookUnreachable', { origin, why }, { cause: error });
}

function forbidden(target: string): PipelineError {
  return new PipelineError('WebhookTargetForbidden', { target });
}
