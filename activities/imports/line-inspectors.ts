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

/** For each type what its documents are looked at for while they are read; undefined for nothing. */
export type InspectorOf = (type: string) => InspectLine | undefined;

/** Compute tasks of a kind that the tenant's engines lack (REL-43). */
export function createTaskInspector({ engines }: TenantRow): InspectorOf {
  const checkTask: InspectLine = (line) => {
    const finding = findUnsupportedTaskKind(JSON.parse(line) as TaskDocument, engines);
    return finding === undefined ? [] : [finding];
  };
  return (type) => (type === 'compute_task' ? checkTask : undefined);
}

/**
 * Secrets in free text, where the tenant looks for them (REL-26). It takes longer than all else: what
 * the tenant has already is not searched.
 */
export async function createSecretInspector(
  database: Database,
  tenantId: number,
): Promise<InspectLine | undefined> {
  const scan = await openSecretScan(database, tenantId);
  if (scan === undefined) return undefined;
  const features = await scan.compile();
  return (line) => findSecrets(scan, features, line);
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
