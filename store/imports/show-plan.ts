import type { Knex } from 'knex';
import type {
  ImportRef,
  PlanObject,
  PlanObjectList,
  PlanObjectQuery,
  PlanReferenceList,
  PlanReferenceQuery,
} from '../../schemas/imports/import-view';
import { importRunId } from '../../schemas/ids';
import { PipelineError } from '../../schemas/pipeline-error';
import type { PackageRequirement } from '../../schemas/releases/manifest';
import { guardedRead } from '../audit/audited';
import type { Connection, Database } from '../database/connect';
import type { Caller } from '../people/authenticate';
import { fromCursor, toCursor } from '../releases/preview-cursor';
import { findTenant } from '../tenants/find-tenant';

/** A plan of an import, as its readers need it. */
export interface PlanKey {
  readonly runId: string;
  readonly tenantId: number;
  readonly indexId: number | null;
  readonly undoes: string | null;
  /** Hex. */
  readonly digest: string;
}

/** A row of `import_plan_objects` in the words of a list. */
export interface PlanObjectRow {
  readonly type: string;
  readonly project: string;
  readonly code: string;
  readonly change: PlanObject['change'];
  readonly decision: PlanObject['decision'];
  readonly base_digest: Buffer | null;
  readonly target_digest: Buffer | null;
  readonly target_version: number | null;
  readonly digest: Buffer | null;
  readonly byte_count: number | null;
}

/**
 * The objects that a plan has something to say about, page by page in the order of type, project and
 * code (REL-31). Throws `ImportNotFound`, `PlanNotFound`, `PermissionDenied`, `TenantNotFound`.
 */
export function listPlanObjects(
  database: Database,
  caller: Caller,
  query: PlanObjectQuery,
): Promise<PlanObjectList> {
  return readPlan(database, caller, {
    ref: query,
    read: async (connection, plan) => {
      const filters: readonly (readonly [string, readonly string[] | undefined])[] = [
        ['change', query.changes],
        ['decision', query.decisions],
        ['type', query.types],
      ];
      const rows = await pageOf<PlanObjectRow>(connection, plan, {
        page: query,
        table: 'import_plan_objects',
        filters,
      });
      const { items, next } = toPage(rows, query.limit);
      return { planDigest: plan.digest, objects: items.map(toPlanObject), next };
    },
  });
}

interface ReferenceRow {
  readonly type: string;
  readonly project: string;
  readonly code: string;
  readonly roles: string[];
  readonly reference_count: number;
  readonly example: PackageRequirement['example'];
}

/**
 * What objects of the package refer to and nobody has, page by page (REL-31). Throws what
 * `listPlanObjects` throws.
 */
export function listPlanReferences(
  database: Database,
  caller: Caller,
  query: PlanReferenceQuery,
): Promise<PlanReferenceList> {
  return readPlan(database, caller, {
    ref: query,
    read: async (connection, plan) => {
      const rows = await pageOf<ReferenceRow>(connection, plan, {
        page: query,
        table: 'import_plan_references',
        filters: [],
      });
      const { items, next } = toPage(rows, query.limit);
      return { references: items.map(toReference), next };
    },
  });
}

/** Reads of the plan of an import's last run, after the permission check; throws `PlanNotFound`. */
export async function readPlan<T>(
  database: Database,
  caller: Caller,
  reading: {
    readonly ref: ImportRef;
    readonly read: (connection: Connection, plan: PlanKey) => Promise<T>;
  },
): Promise<T> {
  const { ref } = reading;
  const tenant = await findTenant(database, ref.tenant);
  const object = `import/${ref.import}`;
  const attempt = { caller, tenantId: tenant.id, action: 'import.read', object } as const;
  return guardedRead(database, attempt, async (connection) => {
    const row = await connection('imports')
      .where({ id: ref.import, tenant_id: tenant.id })
      .first<{ attempt: number; undoes: string | null } | undefined>('attempt', 'undoes');
    if (row === undefined) throw new PipelineError('ImportNotFound', { import: ref.import });
    const runId = importRunId(ref.import, row.attempt);
    const plan = await connection('import_plans')
      .where({ run_id: runId })
      .first<{ digest: Buffer; index_id: number | null } | undefined>('digest', 'index_id');
    if (plan === undefined) throw new PipelineError('PlanNotFound', { import: ref.import });
    return reading.read(connection, {
      runId,
      tenantId: tenant.id,
      indexId: plan.index_id,
      undoes: row.undoes,
      digest: plan.digest.toString('hex'),
    });
  });
}

/** The row in the words of a list. */
export function toPlanObject(row: PlanObjectRow): PlanObject {
  return {
    type: row.type,
    project: row.project === '' ? null : row.project,
    code: row.code,
    change: row.change,
    decision: row.decision,
    baseDigest: row.base_digest?.toString('hex') ?? null,
    targetDigest: row.target_digest?.toString('hex') ?? null,
    targetVersion: row.target_version,
    digest: row.digest?.toString('hex') ?? null,
    sizeBytes: row.byte_count,
  };
}

function toReference(row: ReferenceRow): PackageRequirement {
  return {
    type: row.type === '' ? null : row.type,
    project: row.project === '' ? null : row.project,
    code: row.code,
    roles: row.roles,
    referenceCount: row.reference_count,
    example: row.example,
  };
}

/** One row more than asked for, which tells whether there is another page. */
async function pageOf<T>(
  connection: Connection,
  plan: PlanKey,
  query: {
    readonly page: { readonly limit: number; readonly cursor?: string | undefined };
    readonly table: 'import_plan_objects' | 'import_plan_references';
    readonly filters: readonly (readonly [string, readonly string[] | undefined])[];
  },
): Promise<T[]> {
  const after = fromCursor(query.page.cursor, 3);
  const rows = connection(query.table).where({ run_id: plan.runId });
  for (const [column, values] of query.filters) {
    if (values !== undefined) void rows.whereIn(column, values);
  }
  if (after !== undefined) {
    void rows.whereRaw('(type, project, code) > (?, ?, ?)', after as readonly Knex.Value[]);
  }
  const found: unknown = await rows
    .orderBy(['type', 'project', 'code'])
    .limit(query.page.limit + 1)
    .select();
  return found as T[];
}

function toPage<T extends Pick<PlanObjectRow, 'type' | 'project' | 'code'>>(
  rows: readonly T[],
  limit: number,
): { readonly items: readonly T[]; readonly next: string | null } {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  if (rows.length <= limit || last === undefined) return { items, next: null };
  return { items, next: toCursor([last.type, last.project, last.code]) };
}
