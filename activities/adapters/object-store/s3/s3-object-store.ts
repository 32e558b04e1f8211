import { createHash } from 'node:crypto';
import http from 'node:http';
import https from 'node:https';
import { PassThrough, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Client } from 'minio';
import { PipelineError } from '../../../../schemas/pipeline-error';
import type { ObjectStore, ObjectSummary } from '../../../ports/object-store';

/** Where the bucket is and who we are there. */
export interface S3Settings {
  readonly endpoint: string;
  readonly region: string;
  readonly bucket: string;
  readonly accessKey: string;
  readonly secretKey: string;
}

/** The least that S3 takes; 10,000 of them are 50 GB. */
const partBytes = 5 * 1024 * 1024;
/** Tidying up must not hold up the end of a write that was stopped; what is left goes with `removeAll`. */
const tidyWithinMs = 5_000;

/** An object store in one bucket of an S3 server: MinIO, versitygw, or another that speaks S3. */
export function createS3ObjectStore(settings: S3Settings): ObjectStore {
  const client = connectS3(settings);
  const { bucket } = settings;
  const act = async <T>(key: string, body: () => Promise<T>): Promise<T> => {
    try {
      return await body();
    } catch (error) {
      throw translate(error, key);
    }
  };
  const size = async (key: string): Promise<number | undefined> => {
    try {
      return (await client.statObject(bucket, key)).size;
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw translate(error, key);
    }
  };
  return {
    put: (key, source, signal) =>
      act(key, () => putStream(settings, { key, source, ...(signal && { signal }) })),
    read: (key, range, signal) =>
      act(key, async () => {
        const reader = signal === undefined ? client : connectS3(settings, signal);
        const opened =
          range === undefined
            ? await reader.getObject(bucket, key)
            : await reader.getPartialObject(bucket, key, range.start, range.end - range.start);
        return Readable.from(chunksOf(opened, key), { objectMode: false });
      }),
    size,
    copy: (from, to) =>
      act(from, async () => {
        await client.copyObject(bucket, to, `/${bucket}/${from}`);
      }),
    remove: (key) => act(key, () => client.removeObject(bucket, key)),
    removeAll: (prefix) => act(prefix, () => removeAll({ client, bucket }, prefix)),
    list: (prefix) => listObjects({ client, bucket }, prefix),
  };
}

/** The bucket of the settings, made where it is missing; safe to repeat. */
export async function ensureBucket(settings: S3Settings): Promise<void> {
  const client = connectS3(settings);
  try {
    if (!(await client.bucketExists(settings.bucket)))
      await client.makeBucket(settings.bucket, settings.region);
  } catch (error) {
    const code = codeOf(error);
    if (code === 'BucketAlreadyOwnedByYou' || code === 'BucketAlreadyExists') return;
    throw translate(error, settings.bucket);
  }
}

/** A client; with a signal all its requests end when that aborts, whatever they wait for. */
function connectS3(
  { endpoint, region, accessKey, secretKey }: S3Settings,
  signal?: AbortSignal,
): Client {
  const url = new URL(endpoint);
  const protocol = url.protocol === 'https:' ? https : http;
  return new Client({
    endPoint: url.hostname,
    port: Number(url.port) || (url.protocol === 'https:' ? 443 : 80),
    useSSL: url.protocol === 'https:',
    region,
    accessKey,
    secretKey,
    partSize: partBytes,
    // The engine retries the step, visibly; a client that retries inside would only hide it.
    retryOptions: { disableRetry: true },
    ...(signal && {
      transport: {
        request: (
          options: http.RequestOptions,
          onResponse: (answer: http.IncomingMessage) => void,
        ) => protocol.request({ ...options, signal }, onResponse),
      } as typeof http,
    }),
  });
}

interface Bucket {
  readonly client: Client;
  readonly bucket: string;
}

interface StreamToPut {
  readonly key: string;
  readonly source: Readable;
  readonly signal?: AbortSignal;
}

/** A failing source must reject here: minio alone would hang or end the process. */
async function putStream(
  settings: S3Settings,
  { key, source, signal }: StreamToPut,
): Promise<void> {
  const { bucket } = settings;
  const stop = new AbortController();
  const either = signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal]);
  const through = new PassThrough();
  // Nobody else may listen any more when the upload fails at its very end.
  through.on('error', () => undefined);
  const uploaded = storeStream({ client: connectS3(settings, either), bucket, key }, through);
  // What the store said must reach the source too: a stream that only closes says nothing.
  uploaded.catch((error: unknown) => through.destroy(translate(error, key) as Error));
  try {
    await Promise.all([pipeline(source, through, { signal: either }), uploaded]);
  } catch (error) {
    // A part that is still on its way would outlive the upload it belongs to.
    stop.abort(error);
    await connectS3(settings, AbortSignal.timeout(tidyWithinMs))
      .removeIncompleteUpload(bucket, key)
      .catch(() => undefined);
    throw error;
  }
}

/**
 * What ends within one part is stored by one request of known size; minio would make an upload of
 * parts of it, which is four requests.
 */
async function storeStream(
  { client, bucket, key }: Bucket & { readonly key: string },
  body: Readable,
): Promise<void> {
  const chunks = body.iterator({ destroyOnReturn: false }) as AsyncIterator<Buffer, undefined>;
  const start: Buffer[] = [];
  let bytes = 0;
  let next = await chunks.next();
  for (; next.done !== true && bytes <= partBytes; next = await chunks.next()) {
    start.push(next.value);
    bytes += next.value.length;
  }
  if (next.done === true) {
    await client.putObject(bucket, key, Buffer.concat(start, bytes), bytes);
    return;
  }
  await storeParts({ client, bucket, key }, rejoin([...start, next.value], chunks));
}

/**
 * Stores a long stream by an upload of parts. Its memory is that of two parts, used again and again:
 * minio takes new memory for each, and in it pieces that are old by then, which are freed late.
 */
async function storeParts(
  { client, bucket, key }: Bucket & { readonly key: string },
  chunks: AsyncIterable<Buffer>,
): Promise<void> {
  const uploadId = await client.initiateNewMultipartUpload(bucket, key, {});
  const stored: { part: number; etag: string }[] = [];
  let uploading = Promise.resolve();
  const upload = async (content: Buffer, partNumber: number): Promise<void> => {
    const headers = {
      'Content-Length': content.length,
      'Content-MD5': createHash('md5').update(content).digest('base64'),
    };
    const part = { bucketName: bucket, objectName: key, uploadID: uploadId, partNumber, headers };
    const { etag } = await client.uploadPart(part, content);
    stored.push({ part: partNumber, etag });
  };
  let partNumber = 0;
  for await (const content of toParts(chunks)) {
    await uploading;
    uploading = upload(content, ++partNumber);
    // Told when it is waited for.
    uploading.catch(() => undefined);
  }
  await uploading;
  await client.completeMultipartUpload(bucket, key, uploadId, stored);
}

/** Parts of one length but the last, in turn in two buffers: good until the next but one is asked for. */
async function* toParts(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let [part, other] = [Buffer.allocUnsafeSlow(partBytes), Buffer.allocUnsafeSlow(partBytes)];
  let filled = 0;
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length;) {
      const copied = chunk.copy(part, filled, at);
      at += copied;
      filled += copied;
      if (filled < part.length) continue;
      yield part;
      [part, other] = [other, part];
      filled = 0;
    }
  }
  if (filled > 0) yield part.subarray(0, filled);
}

async function* rejoin(
  start: Buffer[],
  rest: AsyncIterator<Buffer, undefined>,
): AsyncGenerator<Buffer> {
  for (let chunk = start.shift(); chunk !== undefined; chunk = start.shift()) yield chunk;
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
}

/** A store that goes away while an object is read is as unavailable as one that was away before. */
async function* chunksOf(opened: Readable, key: string): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of opened) yield chunk as Buffer;
  } catch (error) {
    throw translate(error, key);
  }
}

async function removeAll({ client, bucket }: Bucket, prefix: string): Promise<void> {
  const keys: string[] = [];
  for await (const { key } of listObjects({ client, bucket }, prefix)) keys.push(key);
  if (keys.length > 0) await client.removeObjects(bucket, keys);
  // MinIO lists unfinished uploads by the empty prefix only.
  for await (const upload of client.listIncompleteUploads(bucket, '', true)) {
    const { key } = upload as { key: string };
    if (key.startsWith(prefix)) await client.removeIncompleteUpload(bucket, key);
  }
}

async function* listObjects(
  { client, bucket }: Bucket,
  prefix: string,
): AsyncGenerator<ObjectSummary> {
  try {
    for await (const item of client.listObjectsV2(bucket, prefix, true)) {
      const { name, size, lastModified } = item as {
        name?: string;
        size: number;
        lastModified: Date;
      };
      if (name !== undefined) yield { key: name, bytes: size, modifiedAt: lastModified };
    }
  } catch (error) {
    throw translate(error, prefix);
  }
}

function isMissing(error: unknown): boolean {
  return ['NotFound', 'NoSuchKey'].includes(codeOf(error) ?? '');
}

function codeOf(error: unknown): string | undefined {
  const code = (error as { code?: unknown }).code;
  return typeof code === 'string' ? code : undefined;
}

/** What the server said stays the cause; a source’s own failure and an abort pass as they are. */
function translate(error: unknown, key: string): unknown {
  if (isMissing(error)) return new PipelineError('StoredObjectMissing', { key }, { cause: error });
  const name = error instanceof Error ? error.name : '';
  const status = busyStatus(error);
  if (name === 'S3Error' || status !== undefined || unreachable.has(codeOf(error) ?? '')) {
    const reason = codeOf(error) ?? status;
    return new PipelineError('ObjectStoreUnavailable', { key, reason }, { cause: error });
  }
  return error;
}

/** minio reads no body of such an answer, a full disk’s included, and throws a plain error. */
function busyStatus(error: unknown): string | undefined {
  const message = error instanceof Error ? error.message : '';
  return /Retryable (HTTP status: \d{3})$/.exec(message)?.[1];
}

const unreachable = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);
