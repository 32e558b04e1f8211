import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { eventually } from './eventually';

/** A message as it came in. */
export interface ReceivedMessage {
  readonly id: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly content: {
    readonly type: string;
    readonly data: Readonly<Record<string, unknown>>;
  };
}

/** A system that webhooks are sent to. */
export interface WebhookReceiver {
  readonly url: string;
  readonly messages: ReceivedMessage[];
  /** What it answers from now on; 200 at first. */
  answer(status: number): void;
  /** Waits for the n-th message of a type. */
  received(type: string, count?: number): Promise<ReceivedMessage>;
  close(): Promise<void>;
}

/** Starts a receiver on a loopback port. */
export async function startWebhookReceiver(): Promise<WebhookReceiver> {
  const messages: ReceivedMessage[] = [];
  let status = 200;
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => (body += text));
    request.on('end', () => {
      const headers = Object.fromEntries(
        Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
      );
      const content = JSON.parse(body) as ReceivedMessage['content'];
      messages.push({ id: headers['webhook-id'] ?? '', headers, body, content });
      response.writeHead(status, { location: '/elsewhere' }).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/hook`,
    messages,
    answer: (next) => (status = next),
    received: (type, count = 1) =>
      eventually(() =>
        Promise.resolve(messages.filter((one) => one.content.type === type)[count - 1]),
      ),
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close').catch(() => undefined);
    },
  };
}

/** A decision as an outside approval system signs it; what is given differs from the usual. */
export function signCallback(
  secret: string,
  data: Readonly<Record<string, unknown>>,
  { id = `out_${Math.random().toString(36).slice(2)}`, sentAt = new Date() } = {},
): { readonly body: string; readonly headers: Record<string, string> } {
  const body = JSON.stringify({ type: 'approval.decision', timestamp: sentAt.toISOString(), data });
  return {
    body,
    headers: {
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(sentAt.getTime() / 1000)),
      'webhook-signature': new Webhook(secret).sign(id, sentAt, body),
    },
  };
}
