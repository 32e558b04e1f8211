import { spawn } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { PassThrough, Readable, type Duplex } from 'node:stream';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { PipelineError } from '../../schemas/pipeline-error';

const gzipMagic = Buffer.of(0x1f, 0x8b);
const xzMagic = Buffer.of(0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00);
const chunkBytes = 64 * 1024;

/** An opened source of asset documents. */
export interface DocumentSource {
  readonly name: string;
  /** Plain NDJSON. */
  readonly chunks: AsyncIterable<Buffer>;
  /** Bytes taken from the source so far, compressed where it is. */
  bytesRead(): number;
}

/**
 * Opens a file or stream of NDJSON, decompressing gzip and xz by what the first bytes say, not by the
 * name. Whatever is wrong with it is thrown while reading as `CatalogFileUnreadable`.
 */
export function openDocuments(source: string | Readable): DocumentSource {
  const name = typeof source === 'string' ? basename(source) : 'stream';
  let bytes = 0;
  return {
    name,
    bytesRead: () => bytes,
    chunks: readAll(source, name, (count) => (bytes += count)),
  };
}

async function* readAll(
  source: string | Readable,
  name: string,
  count: (bytes: number) => void,
): AsyncGenerator<Buffer> {
  const stream =
    typeof source === 'string' ? createReadStream(source, { highWaterMark: chunkBytes }) : source;
  const counted = stream.iterator() as AsyncIterableIterator<Buffer | string>;
  try {
    const head = await readHead(counted, count);
    const raw = Readable.from(withHead(head, counted, count), { objectMode: false });
    for await (const chunk of decompress(raw, head)) yield chunk as Buffer;
  } catch (error) {
    // What the loop's body throws does not come here: only faults of the source do.
    throw new PipelineError(
      'CatalogFileUnreadable',
      { file: name, reason: reasonOf(error) },
      { cause: error },
    );
  } finally {
    stream.destroy();
  }
}

/** The first bytes, as many as telling the format takes, or all where there are fewer. */
async function readHead(
  chunks: AsyncIterator<Buffer | string>,
  count: (bytes: number) => void,
): Promise<Buffer> {
  let head = Buffer.alloc(0);
  while (head.length < xzMagic.length) {
    const next = await chunks.next();
    if (next.done === true) break;
    head = Buffer.concat([head, toBuffer(next.value, count)]);
  }
  return head;
}

async function* withHead(
  head: Buffer,
  rest: AsyncIterable<Buffer | string>,
  count: (bytes: number) => void,
): AsyncGenerator<Buffer> {
  if (head.length > 0) yield head;
  for await (const chunk of rest) yield toBuffer(chunk, count);
}

function toBuffer(chunk: Buffer | string, count: (bytes: number) => void): Buffer {
  const buffer = typeof chunk === 'string' ? Buffer.from(chunk, 'utf8') : chunk;
  count(buffer.length);
  return buffer;
}

function decompress(raw: Readable, head: Buffer): Readable {
  if (head.subarray(0, 2).equals(gzipMagic))
    return through(raw, createGunzip({ chunkSize: chunkBytes }));
  return head.subarray(0, 6).equals(xzMagic) ? throughXz(raw) : raw;
}

function through(raw: Readable, transform: Duplex): Readable {
  // An error of either side destroys both, and the reader gets it.
  pipeline(raw, transform, () => undefined);
  return transform;
}

/** xz's own exit status tells whether the file was whole. */
function throughXz(raw: Readable): Readable {
  const output = new PassThrough({ highWaterMark: chunkBytes });
  const xz = spawn('xz', ['--decompress', '--stdout'], {
    stdio: ['pipe', 'pipe', 'pipe'],
    // xz needs nothing of the environment but the way to itself.
    env: { PATH: process.env['PATH'] },
  });
  let complaint = '';
  xz.stderr.on('data', (text: Buffer) => (complaint = (complaint + text.toString()).slice(0, 500)));
  xz.on('error', (error: NodeJS.ErrnoException) =>
    output.destroy(error.code === 'ENOENT' ? new Error('xz is not installed') : error),
  );
  xz.on('close', (status) => {
    if (status === 0) output.end();
    else output.destroy(new Error(complaint.trim() || `xz ended with status ${String(status)}`));
  });
  xz.stdout.pipe(output, { end: false });
  pipeline(raw, xz.stdin, (error) => {
    // EPIPE only says that xz has ended: its status says why.
    if (error && error.code !== 'EPIPE') output.destroy(error);
  });
  output.on('close', () => xz.kill());
  return output;
}

function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  const known: Record<string, string> = {
    ENOENT: 'there is no such file',
    EACCES: 'it may not be read',
    EISDIR: 'it is a folder',
    Z_BUF_ERROR: 'it ends too early',
  };
  return known[code ?? ''] ?? message;
}
