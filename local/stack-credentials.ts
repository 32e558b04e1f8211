import { randomBytes } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StackPaths } from './stack-paths';

/** The files that hold the secrets of a stack, each of mode 0600 in a folder of mode 0700. */
export interface StackCredentials {
  readonly databasePasswordFile: string;
  readonly accessKeyFile: string;
  readonly secretKeyFile: string;
  readonly encryptionKeyFile: string;
  readonly adminTokenFile: string;
}

/** The credential files of a stack, whether they exist or not. */
export function credentialFiles(paths: StackPaths): StackCredentials {
  return {
    databasePasswordFile: join(paths.credentials, 'database.password'),
    accessKeyFile: join(paths.credentials, 'object-store.access-key'),
    secretKeyFile: join(paths.credentials, 'object-store.secret-key'),
    encryptionKeyFile: join(paths.credentials, 'encryption.key'),
    adminTokenFile: join(paths.credentials, 'admin.token'),
  };
}

/** Makes what is missing of the credentials, at random (RUN-22); what is there stays. */
export function ensureCredentials(paths: StackPaths): StackCredentials {
  const files = credentialFiles(paths);
  ensureSecret(files.databasePasswordFile, () => randomBytes(32).toString('base64url'));
  ensureSecret(files.accessKeyFile, () => randomBytes(10).toString('hex'));
  ensureSecret(files.secretKeyFile, () => randomBytes(32).toString('base64url'));
  ensureSecret(files.encryptionKeyFile, () => randomBytes(32).toString('base64'));
  ensureSecret(files.adminTokenFile, () => randomBytes(32).toString('base64url'));
  return files;
}

/** The secret in a credential file. */
export function readSecret(file: string): string {
  return readFileSync(file, 'utf8').trim();
}

function ensureSecret(file: string, make: () => string): void {
  try {
    if (readSecret(file) !== '') return;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const temporary = `${file}.part`;
  writeFileSync(temporary, `${make()}\n`, { mode: 0o600 });
  renameSync(temporary, file);
}
