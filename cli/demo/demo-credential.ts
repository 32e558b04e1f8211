import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildStackPaths } from '../../local/stack-paths';

/** Where the release credential of the example tenants is kept, mode 0600. */
export function demoCredentialFile(home: string): string {
  return join(buildStackPaths(home).credentials, 'example-release-credential');
}

/** The release credential of the example tenants, drawn once per stack. */
export function ensureDemoCredential(home: string): string {
  const path = demoCredentialFile(home);
  if (!existsSync(path))
    writeFileSync(path, `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600 });
  return readFileSync(path, 'utf8').trim();
}
