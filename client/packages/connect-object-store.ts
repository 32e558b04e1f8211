import { Client } from 'minio';
import type { Settings } from '../../schemas/settings';

/** A part of an upload is held in memory. */
const partBytes = 8 * 2 ** 20;

/** A client of the object store under one of its addresses; nothing connects before it is used. */
export function connectObjectStore(settings: Settings['objectStore'], endpoint: string): Client {
  const url = new URL(endpoint);
  const secure = url.protocol === 'https:';
  return new Client({
    endPoint: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? (secure ? 443 : 80) : Number(url.port),
    useSSL: secure,
    region: settings.region,
    accessKey: settings.accessKey,
    secretKey: settings.secretKey,
    partSize: partBytes,
  });
}
