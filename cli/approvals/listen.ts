import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { InvalidArgumentError, type Command } from 'commander';
import { isPipelineError, type FailureCode, type Gantry } from '../../client';
import { interruptible } from '../kit/interruptible';
import { withSession } from '../kit/session';

interface ListenOptions {
  readonly host: string;
  readonly port: number;
}

const bodyBytesAtMost = 64 * 1024;
const requestTimeoutMs = 60_000;

/** Adds `gantry approval listen`: a door for outside approval systems (RUN-11). */
export function registerListen(approval: Command): void {
  approval
    .command('listen')
    .description('Take signed call-backs of an outside approval system over HTTP, until stopped.')
    .option('--host <address>', 'where to listen', '127.0.0.1')
    .option('--port <number>', '0 draws a free one', parsePort, 0)
    .addHelpText(
      'after',
      '\nPOST a signed decision to /decisions; GET /health answers 204. Put a TLS proxy in front\nof it for others than this machine.\n\nExample:\n  $ gantry approval listen --port 8400',
    )
    .action((options: ListenOptions, command: Command) =>
      withSession(command, async ({ gantry, output }) => {
        const server = createCallbackServer(gantry, (line) => output.note(line));
        server.listen(options.port, options.host);
        await once(server, 'listening');
        const { address, family, port } = server.address() as AddressInfo;
        const host = family === 'IPv6' ? `[${address}]` : address;
        const url = `http://${host}:${port}`;
        output.result({ url }, () => output.line(`listening on ${url}`));
        await interruptible(async (signal) => {
          if (!signal.aborted) await once(signal, 'abort');
        });
        // What is being answered is answered first.
        server.close();
        server.closeIdleConnections();
        await once(server, 'close');
      }),
    );
}

function createCallbackServer(gantry: Gantry, log: (line: string) => void): Server {
  const server = createServer((request, response) => {
    answer(gantry, request).then(
      (answered) => write(response, answered),
      (error: unknown) => {
        log(`call-back failed: ${isPipelineError(error) ? error.code : 'InternalError'}`);
        write(response, toAnswer(error));
      },
    );
  });
  server.requestTimeout = requestTimeoutMs;
  return server;
}

interface Answer {
  readonly status: number;
  readonly document?: unknown;
}

async function answer(gantry: Gantry, request: IncomingMessage): Promise<Answer> {
  const { pathname } = new URL(request.url ?? '/', 'http://localhost');
  if (pathname === '/health') return { status: 204 };
  if (pathname !== '/decisions') return fault(404, 'PathNotFound');
  if (request.method !== 'POST') return fault(405, 'MethodNotAllowed');
  const body = await readBody(request);
  if (body === undefined) return fault(413, 'BodyTooLarge');
  const result = await gantry.approvals.decideByCallback({ body, headers: request.headers });
  return { status: result.judged ? 200 : 202, document: result };
}

/** The body as text, or undefined where it is larger than a decision can be. */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > bodyBytesAtMost) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

const statusOf: Partial<Record<FailureCode, number>> = {
  InvalidInput: 400,
  CallbackExpired: 401,
  CallbackUnsigned: 401,
  CallbackReplayed: 409,
  ApprovalClosed: 409,
  DecisionIgnored: 422,
  DatabaseUnavailable: 503,
  TemporalUnavailable: 503,
};

function toAnswer(error: unknown): Answer {
  if (!isPipelineError(error)) return fault(500, 'InternalError');
  const { code, message, details, findings } = error;
  const { reason } = details;
  const said = { code, message, ...(reason === undefined ? {} : { reason }), findings };
  return { status: statusOf[code] ?? 500, document: { error: said } };
}

function fault(status: number, code: string): Answer {
  return { status, document: { error: { code } } };
}

function write(response: ServerResponse, { status, document }: Answer): void {
  if (document === undefined) {
    response.writeHead(status).end();
    return;
  }
  const content = JSON.stringify(document);
  const headers = { 'content-type': 'application/json', connection: 'close' };
  response.writeHead(status, headers).end(content);
}

function parsePort(value: string): number {
  const port = Number(value);
  if (!/^\d{1,5}$/.test(value) || port > 65_535)
    throw new InvalidArgumentError('Give a port from 0 to 65535.');
  return port;
}
