import { Client } from 'minio';
import type { Settings } from '../../schemas/settings';

/** What lies in the bucket of a stack, asked of the store itself. */
export interface StoredObjects {
  /** Keys of objects. */
  keys(prefix?: string): Promise<string[]>;
  /** Keys of uploads that were begun and not finished. */
  unfinishedUploads(): Promise<string[]>;
  read(key: string): Promise<Buffer>;
}

/** Looks into a bucket without any code of the activities. */
export function openStoredObjects(settings: Settings['objectStore']): StoredObjects {
  const { hostname, port } = new URL(settings.endpoint);
  const { bucket, region, accessKey, secretKey } = settings;
  const client = new Client({
    endPoint: hostname,
    port: Number(port),
    useSSL: false,
    region,
    accessKey,
    secretKey,
  });
  return {
    async keys(prefix = '') {
      const keys: string[] = [];
      for await (const item of client.listObjectsV2(bucket, prefix, true)) {
        const { name } = item as { readonly name?: string };
        if (name !== undefined) keys.push(name);
      }
      return keys;
    },
    async unfinishedUploads() {
      const keys: string[] = [];
      for await (const upload of client.listIncompleteUploads(bucket, '', true)) {
        keys.push((upload as { readonly key: string }).key);
      }
      return keys;
    },
    async read(key) {
      const chunks: Buffer[] = [];
      for await (const chunk of await client.getObject(bucket, key)) chunks.push(chunk as Buffer);
      return Buffer.concat(chunks);
    },
  };
}
