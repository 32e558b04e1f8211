import type { Readable } from 'node:stream';
import { PipelineError } from '../../schemas/pipeline-error';
import type { Settings } from '../../schemas/settings';
import type { PackageFile } from '../../store/releases/find-package';
import { connectObjectStore } from '../packages/connect-object-store';

type StoreSettings = Settings['objectStore'];

/** The bytes of a package from the object store; throws `ObjectStoreUnavailable`, `PackageNotReady`. */
export async function readPackage(settings: StoreSettings, file: PackageFile): Promise<Readable> {
  try {
    return await connectObjectStore(settings, settings.endpoint).getObject(
      settings.bucket,
      file.objectKey,
    );
  } catch (error) {
    throw toStoreError(error, file);
  }
}

/**
 * A link that downloads a package under its own name, for `expiresInSeconds`; made for the public
 * endpoint where there is one, since its signature covers the host.
 */
export async function presignPackage(
  settings: StoreSettings,
  link: { readonly file: PackageFile; readonly expiresInSeconds: number },
): Promise<string> {
  const client = connectObjectStore(settings, settings.publicEndpoint ?? settings.endpoint);
  const { file, expiresInSeconds } = link;
  return client.presignedGetObject(settings.bucket, file.objectKey, expiresInSeconds, {
    'response-content-disposition': contentDisposition(file.name),
    'response-content-type': 'application/zip',
  });
}

/** RFC 6266: a plain name for old readers, the true one, of any script, percent-encoded as UTF-8. */
export function contentDisposition(name: string): string {
  const plain = name.replaceAll(/[^\x20-\x7e]|["\\%]/gu, '_');
  const encoded = encodeURIComponent(name).replaceAll(
    /['()*!]/g,
    (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`;
}

/** What went wrong with the object store, by code. */
export function toStoreError(error: unknown, file: PackageFile): PipelineError {
  const code = String((error as { code?: unknown }).code);
  return code === 'NoSuchKey' || code === 'NotFound'
    ? new PipelineError('PackageNotReady', { package: file.id }, { cause: error })
    : new PipelineError('ObjectStoreUnavailable', { package: file.id }, { cause: error });
}
