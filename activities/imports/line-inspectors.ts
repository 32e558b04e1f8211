import { createHash } from 'node:crypto';
import { canonicalize } from '../../archive/canonical-json';
import {
  findUnsupportedTaskKind,
  type TaskDocument,
} from '../../schemas/catalog/compute-task-kinds';
import type { Finding } from '../../schemas/runs/finding';
import type { Database } from '../../store/database/connect';
import { findSecrets, openSecretScan } from '../../store/detection/secret-scan';
import type { TenantRow } from '../../store/tenants/find-tenant';

/** Looks at a document, given as its canonical JSON, for what is not a fault of its form. */
export type InspectLine = (line: string) => readonly Finding[];

/** For each type what its documents are looked at for; undefined where there is nothing. */
export type InspectorOf = (type: string) => InspectLine | undefined;

/** What objects are looked at for in a tenant: secrets in free text (REL-26), kinds of tasks (REL-43). */
export async function createInspectors(
  database: Database,
  tenant: TenantRow,
): Promise<InspectorOf> {
  const scan = await openSecretScan(database, tenant.id);
  const features = await scan?.compile();
  const searchSecrets: InspectLine | undefined =
    scan === undefined || features === undefined
      ? undefined
      : (line) => findSecrets(scan, features, line);
  const checkTask: InspectLine = (line) => {
    const finding = findUnsupportedTaskKind(JSON.parse(line) as TaskDocument, tenant.engines);
    return finding === undefined ? [] : [finding];
  };
  return (type) => {
    if (type !== 'compute_task') return searchSecrets;
    return (line) => [...checkTask(line), ...(searchSecrets?.(line) ?? [])];
  };
}

/** Changes when the same package might be told other findings: then it is read anew. */
export async function digestChecks(database: Database, tenant: TenantRow): Promise<Buffer> {
  const scan = await openSecretScan(database, tenant.id);
  const checks = {
    engines: [...tenant.engines].sort(),
    scan: scan === undefined ? null : [scan.mode, scan.digest.toString('hex')],
  };
  return createHash('sha256').update(canonicalize(checks)).digest();
}
