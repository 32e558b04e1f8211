import pino, { type Logger } from 'pino';

/** What a log line never shows, wherever it stands in what is logged (RUN-20). */
const secretPaths = [
  'password',
  'secret',
  'token',
  'credential',
  'secretKey',
  'accessKey',
  'encryptionKey',
];

/** The log of a process: one JSON object a line on stdout (RUN-27). */
export function createLogger(level: string): Logger {
  return pino({
    level,
    base: { pid: process.pid },
    redact: { paths: secretPaths.flatMap((name) => [name, `*.${name}`]), censor: '[secret]' },
    serializers: { err: describeError },
  });
}

/** Errors of drivers carry connection settings and rows in their members: only what is known to be harmless is logged. */
function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return { message: String(error) };
  const { name, message, stack } = error;
  const code = (error as { code?: unknown }).code;
  return {
    name,
    message,
    ...(typeof code === 'string' ? { code } : {}),
    stack,
    ...(error.cause === undefined ? {} : { cause: describeError(error.cause) }),
  };
}
