import type { Knex } from 'knex';
import { importRunId } from '../../schemas/ids';
import type {
  Import,
  ImportList,
  ImportQuery,
  ImportRef,
  ImportState,
  ImportSummary,
  PackageHead,
} from '../../schemas/imports/import-view';
import type { ImportOptions } from '../../schemas/imports/import-options';
import { PipelineError } from '../../schemas/pipeline-error';
import type { Finding } from '../../schemas/runs/finding';
import { guardedRead } from '../audit/audited';
import type { Connection, Database } from '../database/connect';
import type { Caller } from '../people/authenticate';
import { fromCursor, toCursor } from '../releases/preview-cursor';
import { findTenant } from '../tenants/find-tenant';

interface Row {
  readonly id: string;
  readonly kind: ImportSummary['kind'];
  readonly until: ImportSummary['until'];
  readonly undoes: string | null;
  readonly undone_by: string | null;
  readonly file_name: string;
  readonly source_tenant: string | null;
  readonly package_id: string | null;
  readonly package_digest: Buffer | null;
  readonly size_bytes: number | null;
  readonly created_by: string;
  readonly state: ImportState;
  readonly created_at: Date;
  readonly created_key: string;
  readonly applied_at: Date | null;
  readonly counts: ImportSummary['counts'];
  readonly attempt: number;
  readonly options: ImportOptions;
  readonly plan_digest: Buffer | null;
  readonly run_status: string | null;
  readonly report: { readonly reason?: string; readonly findings?: readonly Finding[] } | null;
  readonly plan_findings: readonly Finding[] | null;
  readonly manifest: PackageHead | null;
}

/** The imports of a tenant, the newest first, page by page (REL-28). Throws `PermissionDenied`, `TenantNotFound`. */
export async function listImports(
  database: Database,
  caller: Caller,
  query: ImportQuery,
): Promise<ImportList> {
  const tenant = await findTenant(database, query.tenant);
  const object = `tenant/${tenant.code}`;
  const attempt = { caller, tenantId: tenant.id, action: 'import.read', object } as const;
  return guardedRead(database, attempt, async (connection) => {
    const { conditions, values } = toConditions(query);
    const rows = await selectImports(connection, {
      where: conditions,
      values: { ...values, tenantId: tenant.id, limitRows: query.limit + 1 },
    });
    const shown = rows.slice(0, query.limit);
    const last = shown.at(-1);
    const isLast = rows.length <= query.limit || last === undefined;
    return {
      imports: shown.map(toSummary),
      next: isLast ? null : toCursor([last.created_key, last.id]),
    };
  });
}

/** One import with its plan (REL-28, REL-31). Throws `ImportNotFound`, `PermissionDenied`, `TenantNotFound`. */
export async function showImport(
  database: Database,
  caller: Caller,
  ref: ImportRef,
): Promise<Import> {
  const tenant = await findTenant(database, ref.tenant);
  const object = `import/${ref.import}`;
  const attempt = { caller, tenantId: tenant.id, action: 'import.read', object } as const;
  return guardedRead(database, attempt, async (connection) => {
    const [row] = await selectImports(connection, {
      where: ['i.id = :import'],
      values: { tenantId: tenant.id, import: ref.import, limitRows: 1 },
    });
    if (row === undefined) throw new PipelineError('ImportNotFound', { import: ref.import });
    return {
      ...toSummary(row),
      tenant: tenant.code,
      manifest: row.manifest,
      options: row.options,
      planDigest: row.plan_digest?.toString('hex') ?? null,
      findings: row.report?.findings ?? row.plan_findings ?? [],
      reason: row.report?.reason ?? null,
    };
  });
}

interface Conditions {
  readonly conditions: string[];
  readonly values: Readonly<Record<string, unknown>>;
}

function toConditions(query: ImportQuery): Conditions {
  const after = fromCursor(query.cursor, 2);
  const escaped = query.search?.replaceAll(/[\\%_]/g, '\\$&');
  const filters: readonly (readonly [string, Record<string, unknown> | undefined])[] = [
    ['i.file_name ilike :search', escaped === undefined ? undefined : { search: `%${escaped}%` }],
    ['i.state = any(:states)', query.states && { states: query.states }],
    ['i.kind = any(:kinds)', query.kinds && { kinds: query.kinds }],
    [
      'i.created_by = :operator',
      query.operator === undefined ? undefined : { operator: query.operator },
    ],
    [
      '(i.created_at, i.id) < (:afterTime::timestamptz, :afterId)',
      after && { afterTime: after[0], afterId: after[1] },
    ],
  ];
  const used = filters.filter(([, values]) => values !== undefined);
  return {
    conditions: used.map(([condition]) => condition),
    values: Object.assign({}, ...used.map(([, values]) => values)) as Record<string, unknown>,
  };
}

async function selectImports(
  connection: Connection,
  query: { readonly where: readonly string[]; readonly values: Readonly<Record<string, unknown>> },
): Promise<Row[]> {
  const { rows } = await connection.raw<{ rows: Row[] }>(
    `select i.*, to_char(i.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as created_key,
       r.status as run_status, r.report, p.findings as plan_findings, x.manifest
     from imports i
     left join runs r on r.id = 'import/' || i.id || '/' || i.attempt
     left join import_plans p on p.run_id = r.id
     left join package_indexes x on x.id = i.index_id
     where i.tenant_id = :tenantId ${query.where.map((condition) => `and ${condition}`).join(' ')}
     order by i.created_at desc, i.id desc limit :limitRows`,
    query.values as Record<string, Knex.Value>,
  );
  return rows;
}

function toSummary(row: Row): ImportSummary {
  return {
    id: row.id,
    kind: row.kind,
    until: row.until,
    fileName: row.file_name,
    sourceTenant: row.source_tenant,
    packageId: row.package_id,
    packageDigest: row.package_digest?.toString('hex') ?? null,
    sizeBytes: row.size_bytes,
    operator: row.created_by,
    state: row.state,
    warning: row.run_status === 'parked' ? 'parked' : null,
    createdAt: row.created_at,
    appliedAt: row.applied_at,
    counts: row.counts,
    undoes: row.undoes,
    undoneBy: row.undone_by,
    runId: importRunId(row.id, row.attempt),
  };
}
